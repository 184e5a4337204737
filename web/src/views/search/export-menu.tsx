import { Button, Menu, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { useKey } from '../../components/key-asking.tsx';
import { count } from '../../lib/format.ts';
import { address } from './address.ts';

const formats = [
  ['csv', 'CSV', 'a table for spreadsheets'],
  ['ndjson', 'NDJSON', 'one record a line, with everything'],
  ['stix', 'STIX 2.1', 'a bundle for other threat tools'],
  ['csaf', 'CSAF 2.0', 'a security advisory'],
] as const;

type Format = (typeof formats)[number][0];

/** Files of all matches, or of the selected CVEs. */
export function ExportMenu({ q, selected, total }: { q: string; selected: readonly string[]; total: string }) {
  const query = selected.length > 0 ? `cve:(${selected.join(',')})` : q;
  const { hasKey } = useKey();
  const withKey = useMutation({ mutationFn: (format: Format) => download(query, format) });
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            loading={withKey.isPending}
          >
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label c="var(--mantine-color-text)">
            {selected.length > 0 ? `${count(selected.length)} selected` : `All ${total}`}
          </Menu.Label>
          {formats.map(([format, name, what]) => (
            <Menu.Item
              key={format}
              component="a"
              href={address('export', { q: query, format })}
              download
              onClick={(event) => {
                if (!hasKey) return;
                event.preventDefault();
                withKey.mutate(format);
              }}
            >
              {name}
              <Text size="xs">{what}</Text>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {withKey.error && (
        <Text role="alert" size="sm" maw={320}>
          Not exported: {withKey.error.message}
        </Text>
      )}
    </>
  );
}

/** A link sends no API key, so with one the file is fetched here and then handed to the browser. @throws ApiProblem */
async function download(q: string, format: Format): Promise<void> {
  const params = { query: { q, format } };
  const file: unknown = await dataOf<unknown>(api.GET('/api/v1/export', { params, parseAs: 'blob' }));
  if (!(file instanceof Blob)) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `openthreat.${format === 'csv' || format === 'ndjson' ? format : `${format}.json`}`;
  link.click();
  URL.revokeObjectURL(link.href);
}

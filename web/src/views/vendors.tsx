import { Button, Card, Group, NativeSelect, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFilter, IconX } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../components/page.tsx';
import { spaced } from '../lib/format.ts';
import type { NamesParams } from '../lib/list-params.ts';
import { NameList } from './vendors/name-list.tsx';

const route = getRouteApi('/vendors');

/** Who made what is vulnerable: vendors and products with the number of their CVEs. */
export function Vendors() {
  const params = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changed: Partial<NamesParams>, replace = false) =>
    navigate({ search: (now) => ({ ...now, page: undefined, ...changed }), replace });
  const filter = useDebouncedCallback((q: string) => change({ q: q || undefined }, true), 200);
  const kind = params.view ?? 'vendors';
  return (
    <Page title="Vendors and products" lead="Whose software has vulnerabilities, and how many">
      <Card component="section" withBorder padding="md" aria-label={kind}>
        <Group align="flex-end" gap="md" mb="md">
          <SegmentedControl
            aria-label="What is listed"
            data={[
              { value: 'vendors', label: 'Vendors' },
              { value: 'products', label: 'Products' },
            ]}
            value={kind}
            onChange={(value) =>
              change({ view: value === 'products' ? 'products' : undefined, vendor: undefined, q: undefined })
            }
          />
          <TextInput
            key={`${kind} ${params.vendor ?? ''}`}
            label="A part of the name"
            type="search"
            maxLength={200}
            leftSection={<IconFilter size={16} aria-hidden />}
            defaultValue={params.q ?? ''}
            onChange={({ currentTarget }) => filter(currentTarget.value.trim())}
            style={{ flex: '1 1 200px' }}
            maw={420}
          />
          <NativeSelect
            label="Order"
            data={[
              { value: 'cves', label: 'Most CVEs first' },
              { value: 'name', label: 'By name' },
            ]}
            value={params.sort ?? 'cves'}
            onChange={({ currentTarget }) => change({ sort: currentTarget.value === 'name' ? 'name' : undefined })}
          />
        </Group>
        {params.vendor && <OfVendor vendor={params.vendor} onAll={() => change({ vendor: undefined })} />}
        <NameList params={params} onPage={(page) => change({ page: page > 1 ? page : undefined })} />
      </Card>
    </Page>
  );
}

function OfVendor({ vendor, onAll }: { vendor: string; onAll: () => void }) {
  return (
    <Group mb="sm" gap="xs">
      <Text size="sm">
        Of <b>{spaced(vendor)}</b> only
      </Text>
      <Button size="compact-sm" variant="default" leftSection={<IconX size={14} aria-hidden />} onClick={onAll}>
        Of all vendors
      </Button>
    </Group>
  );
}

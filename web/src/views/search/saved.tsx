import { ActionIcon, Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { ViewLink } from '../../components/links.tsx';
import type { SearchParams } from '../../lib/search-params.ts';
import { useSavedSearches } from '../../lib/search-saved.ts';

/** Saves the search under a name in this browser, and leads to those that are saved. */
export function Saved({ params }: { params: SearchParams }) {
  const { saved, save, remove } = useSavedSearches();
  const [isOpen, { toggle, close }] = useDisclosure();
  const [name, setName] = useState('');
  const { q = '', sort, order } = params;
  return (
    <Popover
      opened={isOpen}
      onDismiss={close}
      onClose={close}
      position="bottom-end"
      shadow="md"
      width="min(22rem, calc(100vw - 1rem))"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconBookmark size={16} aria-hidden />} onClick={toggle}>
          Saved
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Saved searches">
        <Stack gap="sm">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim() === '') return;
              save({ name: name.trim(), q, sort, order });
              setName('');
            }}
          >
            <Group gap="xs" align="flex-end" wrap="nowrap">
              <TextInput
                label="Save this search as"
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                maxLength={80}
                flex={1}
              />
              <Button type="submit" disabled={name.trim() === ''}>
                Save
              </Button>
            </Group>
          </form>
          <Stack component="ul" gap={4} m={0} p={0} style={{ listStyle: 'none' }} aria-label="Saved searches">
            {saved.map((one) => (
              <Group key={one.name} component="li" wrap="nowrap" gap="xs" justify="space-between">
                <ViewLink
                  to="/search"
                  search={{ q: one.q || undefined, sort: one.sort, order: one.order }}
                  onClick={close}
                  size="sm"
                  truncate
                  title={one.q}
                >
                  {one.name}
                </ViewLink>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Delete ${one.name}`}
                  onClick={() => remove(one.name)}
                >
                  <IconTrash size={16} aria-hidden />
                </ActionIcon>
              </Group>
            ))}
          </Stack>
          {saved.length === 0 && <Text size="sm">Nothing is saved yet. Saved searches stay in this browser.</Text>}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

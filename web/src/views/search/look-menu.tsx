import { Button, Checkbox, Popover, SegmentedControl, Stack } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { columnNames, columns, useLook } from './look.ts';

/** Which columns are shown, and how close together rows are. */
export function LookMenu() {
  const { look, setLook } = useLook();
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconColumns3 size={16} aria-hidden />}>
          View
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="View">
        <Stack gap="sm">
          <SegmentedControl
            aria-label="Density"
            value={look.isDense ? 'dense' : 'roomy'}
            onChange={(value) => setLook({ ...look, isDense: value === 'dense' })}
            data={[
              { value: 'roomy', label: 'Comfortable' },
              { value: 'dense', label: 'Compact' },
            ]}
          />
          <Checkbox.Group
            label="Columns"
            value={[...look.columns]}
            onChange={(chosen) => setLook({ ...look, columns: columnNames.filter((name) => chosen.includes(name)) })}
          >
            <Stack gap={6} mt={6}>
              {columnNames.map((name) => (
                <Checkbox key={name} value={name} label={columns[name]} />
              ))}
            </Stack>
          </Checkbox.Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

import { Kbd, Modal, Stack, Switch, Table } from '@mantine/core';
import { useKeysSetting } from '../../lib/search-keys.ts';

const keys = [
  [['/'], 'to the search box'],
  [['j', 'k'], 'to the next result, the one before'],
  [['Enter'], 'opens it'],
  [['x'], 'selects it'],
  [['n', 'p'], 'the next page, the one before'],
  [['?'], 'this help'],
] as const;

/** What single keys do here, and the switch for those whom they disturb. */
export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [isOn, setOn] = useKeysSetting();
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Table>
          <Table.Tbody>
            {keys.map(([names, what]) => (
              <Table.Tr key={what}>
                <Table.Th scope="row">
                  {names.map((name) => (
                    <Kbd key={name} mr={4}>
                      {name}
                    </Kbd>
                  ))}
                </Table.Th>
                <Table.Td>{what}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Switch label="Use these keys" checked={isOn} onChange={(event) => setOn(event.currentTarget.checked)} />
      </Stack>
    </Modal>
  );
}

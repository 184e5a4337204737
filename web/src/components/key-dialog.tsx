import { Alert, Button, Code, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { api, dataOf, savedKey, saveKey } from '../api/client.ts';

interface KeyDialogProps {
  /** Why a key is asked for; null: somebody opened the dialog. */
  readonly why: string | null;
  readonly onDone: (saved: boolean) => void;
}

/** Asks for an API key, tries it, and keeps it in this browser. */
export function KeyDialog({ why, onDone }: KeyDialogProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const key = String(new FormData(event.currentTarget).get('key') ?? '').trim();
    if (!key) return setProblem('Enter a key first.');
    setBusy(true);
    const wrong = await refusalOf(key);
    setBusy(false);
    setProblem(wrong);
    if (wrong !== null) return;
    saveKey(key);
    onDone(true);
  }

  return (
    <Modal opened onClose={() => onDone(false)} title="API key" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {why && <Alert color="yellow">{why}</Alert>}
          <Text size="sm">
            Whoever runs this server makes a key with <Code>openthreat keys create --role writer</Code>, or with the
            role <Code>reader</Code>, which cannot start a sync. It stays in this browser, and is sent to this server
            only.
          </Text>
          <PasswordInput name="key" label="Key" autoComplete="off" spellCheck={false} error={problem} data-autofocus />
          <Group justify="flex-end" gap="sm">
            {savedKey() !== null && (
              <Button variant="default" onClick={() => forget(onDone)}>
                Forget the kept key
              </Button>
            )}
            <Button type="submit" variant="outline" loading={busy}>
              Keep it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function forget(onDone: (saved: boolean) => void): void {
  saveKey(null);
  onDone(false);
}

/** Why the server does not take a key, or null: it does. */
async function refusalOf(key: string): Promise<string | null> {
  const headers = { authorization: `Bearer ${key}` };
  const limit = { page_size: 1 };
  try {
    await dataOf(api.GET('/api/v1/runs', { headers, params: { query: limit } }));
    return null;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

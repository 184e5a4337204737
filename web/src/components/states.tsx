import { Alert, Anchor, Button, Center, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { IconAlertTriangle, IconPlugConnectedX, IconSearchOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiProblem } from '../api/client.ts';
import { useUnreachable } from '../api/unreachable.ts';
import { useKey } from './key-asking.tsx';

/** While something is fetched: the room that it will take, so that nothing jumps. */
export function Loading({ lines = 6, height = 22 }: { lines?: number; height?: number }) {
  return (
    <Stack gap="xs" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Skeleton key={i} height={height} />
      ))}
    </Stack>
  );
}

/** What went wrong, and what to do. */
export function Problem({ error, retry }: { error: Error; retry?: () => void }) {
  const offline = error instanceof ApiProblem && error.problem.status === 0;
  const isKeyMissing = error instanceof ApiProblem && [401, 403].includes(error.problem.status);
  const { ask } = useKey();
  const isSaidAbove = useUnreachable();
  if (offline && isSaidAbove) return <Unanswered />;
  const title = error instanceof ApiProblem ? error.problem.title : 'Something went wrong in this page';
  return (
    <Alert
      color="red"
      role="alert"
      title={title}
      icon={offline ? <IconPlugConnectedX aria-hidden /> : <IconAlertTriangle aria-hidden />}
    >
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{error.message}</Text>
        <Group>
          {isKeyMissing && (
            <Button size="xs" variant="outline" onClick={() => ask(null)}>
              Enter a key
            </Button>
          )}
          {retry && (
            <Button size="xs" variant="default" onClick={retry}>
              Try again
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}

/** In place of what the server did not say; why is said once, at the top of the page. */
function Unanswered() {
  return (
    <Group gap={6} wrap="nowrap" c="dimmed">
      <IconPlugConnectedX size={16} aria-hidden style={{ flexShrink: 0 }} />
      <Text size="sm">Nothing to show until the server answers.</Text>
    </Group>
  );
}

/** A view that could not be shown, most often because its part of the app could not be fetched. */
export function Broken({ error, reset }: { error: unknown; reset: () => void }) {
  const { online } = useNetwork();
  const said = error instanceof Error ? error.message : String(error);
  const isUnfetched = /dynamically imported module|module script/i.test(said);
  const why = online
    ? 'This view could not be fetched. Perhaps the server was stopped, or has been updated since this page was opened.'
    : 'This view could not be fetched: this computer has no network connection.';
  return (
    <Stack>
      <Title order={1} size="h2">
        This view cannot be shown
      </Title>
      <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden />}>
        <Stack gap="sm" align="flex-start">
          <Text size="sm">{isUnfetched ? why : `There is a fault in this page: ${said}`}</Text>
          <Group>
            <Button size="xs" variant="default" onClick={() => (isUnfetched ? location.reload() : reset())}>
              {isUnfetched ? 'Load the page again' : 'Try again'}
            </Button>
          </Group>
        </Stack>
      </Alert>
    </Stack>
  );
}

/** Nothing is there, and why. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Center py="xl">
      <Stack align="center" gap="xs" maw={480} ta="center">
        <IconSearchOff size={40} stroke={1.5} aria-hidden />
        <Text fw={600}>{title}</Text>
        <Text size="sm" c="dimmed" component="div">
          {children}
        </Text>
      </Stack>
    </Center>
  );
}

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Center py={80}>
      <Stack align="center">
        <Title order={1}>There is no such page</Title>
        <Text c="dimmed">Its address may be misspelt. The search box above finds CVEs by id, product and words.</Text>
        <Anchor component={Link} to="/" underline="always">
          To the overview
        </Anchor>
      </Stack>
    </Center>
  );
}

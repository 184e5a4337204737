import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { api, queryClient, unansweredDetail } from '../api/client.ts';
import { useUnreachable } from '../api/unreachable.ts';

/** How often the server is asked whether it is back, in milliseconds. */
const patience = 5_000;

const askAgain = () => queryClient.refetchQueries({ type: 'active' });

/** That the server does not answer, once for the whole page; when it is back, what is shown is asked for again. */
export function Unreachable() {
  const isUnreachable = useUnreachable();
  useEffect(() => {
    if (!isUnreachable) return;
    const timer = setInterval(async () => {
      const health = await api.GET('/api/v1/health').catch(() => null);
      if (health?.data) await askAgain();
    }, patience);
    return () => clearInterval(timer);
  }, [isUnreachable]);
  if (!isUnreachable) return null;
  return (
    <Alert color="red" role="alert" title="No answer" mb="lg" icon={<IconPlugConnectedX aria-hidden />}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{unansweredDetail} What is shown may be old. As soon as it answers, this page goes on.</Text>
        <Button size="xs" variant="default" onClick={askAgain}>
          Try again
        </Button>
      </Stack>
    </Alert>
  );
}

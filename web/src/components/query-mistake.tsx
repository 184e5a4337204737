import { Alert, Box, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiProblem } from '../api/client.ts';
import { Problem } from './states.tsx';

/** What is wrong with a query, shown at its place in the text; any other problem as everywhere. */
export function QueryProblem({
  error,
  text,
  inputId,
  retry,
}: {
  error: Error;
  text: string;
  inputId: string;
  retry: () => void;
}) {
  const position = error instanceof ApiProblem ? error.problem.position : undefined;
  if (!(error instanceof ApiProblem) || position === undefined) return <Problem error={error} retry={retry} />;
  const end = position + (error.problem.length ?? 0);
  const toMistake = () => {
    const input = document.getElementById(inputId);
    if (!(input instanceof HTMLInputElement)) return;
    input.focus();
    input.setSelectionRange(position, end);
  };
  return (
    <Alert color="red" role="alert" title="This query cannot be read" icon={<IconAlertTriangle aria-hidden />}>
      <Stack gap="sm" align="flex-start">
        <Box ff="monospace" fz="md" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {text.slice(0, position)}
          <mark style={{ textDecoration: 'underline wavy', padding: '0 1px' }}>{text.slice(position, end) || '⁁'}</mark>
          {text.slice(end)}
        </Box>
        <Text size="sm">{messageOf(error.message)}</Text>
        <Button size="xs" variant="default" onClick={toMistake}>
          Go to the mistake
        </Button>
      </Stack>
    </Alert>
  );
}

/** Without the words about the place, which is shown. */
function messageOf(detail: string): string {
  const said = detail.replace(/^In the query, at (its end|character \d+ \(".*?"\)): /s, '');
  return said.charAt(0).toUpperCase() + said.slice(1);
}

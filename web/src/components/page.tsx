import { Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

/** A view with its heading; the window's title says it, too. */
export function Page({
  title,
  lead,
  actions,
  isWide,
  children,
}: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  /** Takes all the room there is; other views end where lines would become too long. */
  isWide?: boolean;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · OpenThreat`;
  }, [title]);
  return (
    <Stack gap="lg" maw={isWide ? undefined : 1760}>
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={1} size="h2">
            {title}
          </Title>
          {lead && (
            <Text c="dimmed" component="div">
              {lead}
            </Text>
          )}
        </div>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}

import { Box } from '@mantine/core';

/** A share, 0–1, as a bar; the number beside it says the same. `onTrack`: with the room up to 1 behind it. */
export function Bar({ share, height = 8, onTrack }: { share: number; height?: number; onTrack?: boolean }) {
  const width = `${Math.min(1, Math.max(0, share)) * 100}%`;
  return (
    <Box
      h={height}
      w="100%"
      bg={onTrack ? 'var(--mantine-color-default-border)' : undefined}
      style={{ borderRadius: 4 }}
      aria-hidden
    >
      <Box h={height} w={width} miw={share > 0 ? 2 : 0} bg="var(--ot-bar)" style={{ borderRadius: 4 }} />
    </Box>
  );
}

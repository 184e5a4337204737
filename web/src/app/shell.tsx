import {
  ActionIcon,
  Anchor,
  AppShell,
  Badge,
  Burger,
  Group,
  NavLink,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconBug,
  IconBuilding,
  IconGauge,
  IconInfoCircle,
  IconKey,
  IconMoon,
  IconRadar2,
  IconRss,
  IconSun,
  IconTarget,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { sourcesQuestion } from '../api/sources.ts';
import { KeyAsking, useKey } from '../components/key-asking.tsx';
import { QueryBox } from '../components/query-box.tsx';
import { Unreachable } from '../components/unreachable.tsx';

const places = [
  { to: '/', label: 'Overview', icon: IconGauge },
  { to: '/search', label: 'Vulnerabilities', icon: IconBug },
  { to: '/attack', label: 'ATT&CK', icon: IconTarget },
  { to: '/indicators', label: 'Indicators', icon: IconRadar2 },
  { to: '/vendors', label: 'Vendors and products', icon: IconBuilding },
  { to: '/sources', label: 'Sources and runs', icon: IconRss },
  { to: '/about', label: 'About the data', icon: IconInfoCircle },
] as const;

/** What is around every view: the search box, the ways to all views, the theme, the API key. */
export function Shell() {
  return (
    <KeyAsking>
      <Frame />
    </KeyAsking>
  );
}

function Frame() {
  const [opened, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 248, breakpoint: 'md', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a className="ot-skip-link" href="#main">
        To the content
      </a>
      <AppShell.Header className="ot-no-print">
        <Group h="100%" px="md" gap="md" wrap="nowrap" justify="space-between">
          <Burger opened={opened} onClick={toggle} hiddenFrom="md" size="sm" aria-label="Menu" />
          <Anchor component={Link} to="/" aria-label="OpenThreat" underline="never" c="var(--mantine-color-text)">
            <Group gap={8} wrap="nowrap">
              <img src="/icon.svg" width={24} height={24} alt="" />
              <Text fw={700} visibleFrom="sm">
                OpenThreat
              </Text>
            </Group>
          </Anchor>
          <QueryBox />
          <ThemeSwitch />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" className="ot-no-print" aria-label="Views">
        {places.map(({ to, label, icon: Icon }) => (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={label}
            active={to === '/' ? path === '/' : path.startsWith(to) || (to === '/search' && path.startsWith('/cve'))}
            leftSection={<Icon size={18} stroke={1.7} aria-hidden />}
            rightSection={to === '/sources' && <Attention />}
            onClick={close}
          />
        ))}
        <KeyEntry onOpen={close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Unreachable />
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

/** How many sources somebody should look after. */
function Attention() {
  const { data } = useQuery({ ...sourcesQuestion(), refetchInterval: 60_000 });
  const odd = data?.items.filter(({ attention }) => attention).length ?? 0;
  if (odd === 0) return null;
  const said = odd === 1 ? '1 source needs attention' : `${odd} sources need attention`;
  return (
    <Badge color="yellow" variant="filled" size="sm" circle title={said}>
      {odd}
      <VisuallyHidden>{` (${said})`}</VisuallyHidden>
    </Badge>
  );
}

function KeyEntry({ onOpen }: { onOpen: () => void }) {
  const { ask, hasKey } = useKey();
  const open = () => {
    onOpen();
    void ask(null);
  };
  return (
    <NavLink
      component="button"
      mt="auto"
      label="API key"
      description={hasKey ? 'kept in this browser' : 'none in this browser'}
      leftSection={<IconKey size={18} stroke={1.7} aria-hidden />}
      onClick={open}
    />
  );
}

function ThemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={isDark ? 'Light theme' : 'Dark theme'}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      {isDark ? <IconSun size={18} aria-hidden /> : <IconMoon size={18} aria-hidden />}
    </ActionIcon>
  );
}

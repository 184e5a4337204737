import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  parseSearchWith,
  stringifySearchWith,
} from '@tanstack/react-router';
import { Broken, Loading, NotFound } from '../components/states.tsx';
import { readNames, readRuns } from '../lib/list-params.ts';
import { readDay, readSearch } from '../lib/search-params.ts';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

/** Each view is a file, loaded when it is first opened. */
const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../views/overview.tsx'), 'Overview'),
});

const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('../views/search.tsx'), 'Search'),
});

const vulnerability = createRoute({
  getParentRoute: () => root,
  path: '/cve/$cve',
  validateSearch: readDay,
  component: lazyRouteComponent(() => import('../views/vulnerability.tsx'), 'Vulnerability'),
});

const attack = createRoute({
  getParentRoute: () => root,
  path: '/attack',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('../views/attack.tsx'), 'Attack'),
});

const technique = createRoute({
  getParentRoute: () => root,
  path: '/attack/$technique',
  component: lazyRouteComponent(() => import('../views/technique.tsx'), 'Technique'),
});

const indicators = createRoute({
  getParentRoute: () => root,
  path: '/indicators',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('../views/indicators.tsx'), 'Indicators'),
});

const sources = createRoute({
  getParentRoute: () => root,
  path: '/sources',
  validateSearch: readRuns,
  component: lazyRouteComponent(() => import('../views/sources.tsx'), 'Sources'),
});

const vendors = createRoute({
  getParentRoute: () => root,
  path: '/vendors',
  validateSearch: readNames,
  component: lazyRouteComponent(() => import('../views/vendors.tsx'), 'Vendors'),
});

const about = createRoute({
  getParentRoute: () => root,
  path: '/about',
  component: lazyRouteComponent(() => import('../views/about.tsx'), 'About'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    search,
    vulnerability,
    attack,
    technique,
    indicators,
    sources,
    vendors,
    about,
  ]),
  // Text is text: a query in quotes keeps them, also where somebody typed the address.
  parseSearch: parseSearchWith((text) => text),
  stringifySearch: stringifySearchWith(String),
  defaultErrorComponent: Broken,
  defaultPendingComponent: Loading,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

/** Fetches the views that were not opened yet, so that they open at once, also when the server is gone by then. */
export async function loadViews(): Promise<void> {
  await Promise.allSettled(Object.values(router.routesById).map((route) => router.loadRouteChunk(route)));
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

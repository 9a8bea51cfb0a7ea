import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { PageBroken } from './components/page-broken.tsx';
import { PageLoading } from './components/page-loading.tsx';
import { PageMissing } from './components/page-missing.tsx';
import { type DeviceGroup, deviceGroups } from './components/device-group.ts';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({ component: Outlet, notFoundComponent: PageMissing });

/** What the list of people shows. */
interface PeopleSearch {
  readonly q?: string | undefined;
  readonly group?: string | undefined;
  readonly add?: boolean | undefined;
}

/** Which cameras are shown. */
interface DoorsSearch {
  readonly q?: string | undefined;
  readonly show?: DeviceGroup | undefined;
}

const signedIn = createRoute({
  getParentRoute: () => root,
  path: '/signed-in',
  component: lazyRouteComponent(() => import('./pages/sign-in/signed-in-page.tsx'), 'SignedInPage'),
});

const kiosk = createRoute({
  getParentRoute: () => root,
  path: '/kiosk',
  component: lazyRouteComponent(() => import('./pages/kiosk/kiosk-page.tsx'), 'KioskPage'),
});

/** Everything that needs a person who is signed in, inside the navigation. */
const app = createRoute({ getParentRoute: () => root, id: 'app', component: Shell });

const today = createRoute({
  getParentRoute: () => app,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/today/today-page.tsx'), 'TodayPage'),
});

const people = createRoute({
  getParentRoute: () => app,
  path: '/people',
  validateSearch: (search: Record<string, unknown>): PeopleSearch => ({
    ...(typeof search['q'] === 'string' && search['q'] ? { q: search['q'] } : {}),
    ...(typeof search['group'] === 'string' && search['group'] ? { group: search['group'] } : {}),
    ...(search['add'] === true ? { add: true } : {}),
  }),
  component: lazyRouteComponent(() => import('./pages/people/people-page.tsx'), 'PeoplePage'),
});

const person = createRoute({
  getParentRoute: () => app,
  path: '/people/$personId',
  component: lazyRouteComponent(() => import('./pages/person/person-page.tsx'), 'PersonPage'),
});

const review = createRoute({
  getParentRoute: () => app,
  path: '/review',
  validateSearch: (search: Record<string, unknown>): { id?: string } =>
    typeof search['id'] === 'string' ? { id: search['id'] } : {},
  component: lazyRouteComponent(() => import('./pages/review/review-page.tsx'), 'ReviewPage'),
});

const doors = createRoute({
  getParentRoute: () => app,
  path: '/doors',
  validateSearch: (search: Record<string, unknown>): DoorsSearch => {
    const show = deviceGroups.find((group) => group === search['show']);
    return {
      ...(typeof search['q'] === 'string' && search['q'] ? { q: search['q'] } : {}),
      ...(show ? { show } : {}),
    };
  },
  component: lazyRouteComponent(() => import('./pages/doors/doors-page.tsx'), 'DoorsPage'),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
});

const routeTree = root.addChildren([
  signedIn,
  kiosk,
  app.addChildren([today, people, person, review, doors, settings]),
]);

/** Every page has an address; each is loaded when it is opened, or when a pointer comes near its link. */
export function createAppRouter() {
  return createRouter({
    routeTree,
    defaultPreload: 'intent',
    defaultPendingComponent: PageLoading,
    defaultErrorComponent: PageBroken,
    defaultNotFoundComponent: PageMissing,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

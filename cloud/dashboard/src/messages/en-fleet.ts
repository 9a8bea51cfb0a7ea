import type { DeviceGroup } from '../components/device-group.ts';

const group: Readonly<Record<DeviceGroup, (n: string) => string>> = {
  trouble: (n) => `${n} to look at`,
  well: (n) => `${n} well`,
  awaited: (n) => `${n} awaited`,
  out: (n) => `${n} out of service`,
};

/** English texts of many cameras at once, which load with the page of the doors. */
export const fleetText = {
  search: 'Find a camera',
  searchHint: 'Door or serial number',
  clear: 'Clear the search',
  show: 'Which cameras are shown',
  all: (n: string) => `All ${n}`,
  group,
  noneTitle: 'No camera matches',
  noneText: 'None has this door or serial number, in what is shown.',
  showAll: 'Show all',
};

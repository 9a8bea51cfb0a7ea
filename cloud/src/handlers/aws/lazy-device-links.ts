import type { DeviceLinks } from '../../ports/device-links.ts';
import type { IotDeviceLinksOptions } from '../../adapters/aws/iot-device-links.ts';

type Options = Omit<IotDeviceLinksOptions, 'iot'>;

/** The connections of devices. Ending one is rare, and the client for it is large: it is loaded with the first. */
export function lazyDeviceLinks(options: Options): DeviceLinks {
  let opened: ReturnType<typeof open> | undefined;
  return {
    online: (org, ids) => options.presence.online(org, ids),
    drop: async (org, id) => (await (opened ??= open(options))).drop(org, id),
  };
}

const open = async (options: Options) => (await import('./open-device-links.ts')).openDeviceLinks(options);

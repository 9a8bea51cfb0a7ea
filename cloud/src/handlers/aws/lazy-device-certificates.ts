import type { DeviceCertificates } from '../../ports/device-certificates.ts';

/** Certificates of AWS IoT. Few invocations take one back, and the client for it is large: it is loaded with the first. */
export function lazyDeviceCertificates(): DeviceCertificates {
  let opened: ReturnType<typeof open> | undefined;
  return {
    retire: async (...what) => (await (opened ??= open())).retire(...what),
    forget: async (...what) => (await (opened ??= open())).forget(...what),
  };
}

const open = async () => (await import('./open-device-links.ts')).openDeviceCertificates();

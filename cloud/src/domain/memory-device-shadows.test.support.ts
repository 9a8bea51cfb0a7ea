import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { Conflict } from '@rollcall/kit/app-error';
import { type JsonObject, mergePatch } from '@rollcall/kit/merge-patch';
import { z } from 'zod';
import type { DeviceShadow, DeviceShadows } from '../ports/device-shadows.ts';

const Section = z.record(z.string(), z.unknown());

/** Shadows as AWS IoT has them: of `things` alone, which devices become by registering. */
export class MemoryDeviceShadows implements DeviceShadows {
  readonly things = new Set<DeviceId>();
  readonly faults: Error[] = [];
  readonly #shadows = new Map<DeviceId, DeviceShadow>();

  get(_org: OrganizationId, id: DeviceId): Promise<DeviceShadow | undefined> {
    return Promise.resolve(this.#shadows.get(id));
  }

  setDesired(_org: OrganizationId, id: DeviceId, patch: JsonObject): Promise<void> {
    const fault = this.faults.shift();
    if (fault) return Promise.reject(fault);
    if (!this.things.has(id)) return Promise.reject(new Conflict('has not come yet', { code: 'not-registered' }));
    const { desired = {}, version = 0 } = this.#shadows.get(id) ?? {};
    const merged = Section.parse(mergePatch(desired, patch));
    this.#shadows.set(id, { desired: merged, reported: undefined, version: version + 1 });
    return Promise.resolve();
  }

  delete(_org: OrganizationId, id: DeviceId): Promise<void> {
    this.#shadows.delete(id);
    return Promise.resolve();
  }
}

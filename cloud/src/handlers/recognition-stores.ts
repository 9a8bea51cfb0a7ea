import type { Table } from '../ports/table.ts';
import { AppearanceStore } from '../store/appearance-store.ts';
import { AttendanceStore } from '../store/attendance-store.ts';
import { CaptureStore } from '../store/capture-store.ts';
import { PassageLog } from '../store/passage-log.ts';
import { PassageStore } from '../store/passage-store.ts';
import { SightingStore } from '../store/sighting-store.ts';

/** Recognition's own stores: what lies between a picture and the register. */
export function openRecognitionStores(table: Table) {
  return {
    captures: new CaptureStore(table),
    passages: new PassageStore(table),
    passageLog: new PassageLog(table),
    sightings: new SightingStore(table),
    appearances: new AppearanceStore(table),
    attendance: new AttendanceStore(table),
  };
}

import type { CaptureStatus, Sighting } from '@rollcall/contract/sighting';
import { timeOf } from '../../format/time.ts';
import { text } from '../../messages/text.ts';

/** The one thing that the kiosk says, in words and tone; never a score. */
export interface KioskAnswer {
  readonly tone: 'good' | 'late' | 'bad' | 'neutral';
  readonly title: string;
  readonly detail: string;
}

/** What a capture means to the person before the screen. */
export function kioskAnswer(capture: CaptureStatus, hour: number): KioskAnswer {
  const t = text.kiosk;
  if (capture.status === 'failed') return failed();
  const known = capture.sightings.filter((s) => s.verdict === 'accepted' && s.person);
  const [first] = known;
  if (known.length > 1) {
    const names = new Intl.ListFormat(undefined).format(known.map((s) => s.person?.name ?? ''));
    return { tone: 'good', title: t.greeting(helloAt(hour), names), detail: timeOf(first?.at ?? '') };
  }
  if (first) return recognized(first, hour);
  const unusable = capture.sightings.find((s) => s.verdict === 'unusable');
  if (unusable) return { tone: 'neutral', title: t.unusable, detail: adviceFor(unusable.reason) };
  if (capture.sightings.length === 0) return { tone: 'neutral', title: t.unusable, detail: t.advice.none };
  return { tone: 'bad', title: t.unknown, detail: t.unknownHint };
}

/** Something went wrong that another try may mend. */
export function failed(): KioskAnswer {
  return { tone: 'bad', title: text.kiosk.failed, detail: text.kiosk.failedHint };
}

/** What to do when nothing was recognized because nothing could be handed in. */
export function unreachable(): KioskAnswer {
  return { tone: 'bad', title: text.kiosk.gaveUp, detail: text.kiosk.gaveUpHint };
}

function recognized(sighting: Sighting, hour: number): KioskAnswer {
  const t = text.kiosk;
  const name = sighting.person?.name ?? '';
  const { attendance } = sighting;
  if (attendance && !attendance.marked) {
    return { tone: 'good', title: t.welcomeBack(name), detail: t.already(timeOf(attendance.firstSeenAt)) };
  }
  const time = timeOf(sighting.at);
  const isLate = attendance?.status === 'late';
  return {
    tone: isLate ? 'late' : 'good',
    title: t.greeting(helloAt(hour), name),
    detail: isLate ? t.late(time) : t.markedAt(time),
  };
}

function helloAt(hour: number): string {
  if (hour < 12) return text.kiosk.morning;
  return hour < 18 ? text.kiosk.afternoon : text.kiosk.evening;
}

/** The reasons of the API are written for admins; a person at a door needs one thing to do. */
function adviceFor(reason: string): string {
  const { advice } = text.kiosk;
  if (/small|pixel|closer/i.test(reason)) return advice.closer;
  if (/blur|sharp/i.test(reason)) return advice.blurred;
  if (/dark|bright|light/i.test(reason)) return advice.dark;
  if (/several|more than one/i.test(reason)) return advice.several;
  return advice.none;
}

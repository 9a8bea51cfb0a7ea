import { type DoorFrames, doorFps } from './door-frames.ts';
import { aimIdle, type IdleRow } from './door-idle.ts';
import type { MemoryRow } from './door-memory.ts';
import { doorSettings, minArea, type PeerRow, quietMs } from './door-peers.ts';
import { flatWithin, isFlat } from './growth.ts';
import { packagedSettings } from './peer-motion.ts';

/** What the agent leaves of a core, Markdown. */
export function idleTable(rows: readonly IdleRow[], frames: DoorFrames, minutes: number): string[] {
  const [most, least] = [Math.max(...rows.map(({ idle }) => idle)), Math.min(...rows.map(({ idle }) => idle))];
  return [
    `## ${doorFps} frames/s of 720p`,
    '',
    `Aim: ${aimIdle * 100} % of one core idle. Here: ${percent(least)} to ${percent(most)} %.`,
    '',
    '| camera and face gate | may use | gate was | agent | faces | ffmpeg | **idle** | frames/s, lowest | passages, captures | MB: agent, all |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...rows.map((row) =>
      cells([
        row.name,
        row.cores === 'one' ? 'one core' : 'all cores',
        row.gate,
        ...[row.agent, row.faces, row.ffmpeg].map(percent),
        `**${percent(row.idle)}**`,
        `${row.framesPerSecond.toFixed(1)}, ${row.lowestFramesPerSecond.toFixed(1)}`,
        `${row.passages}, ${row.captures}`,
        `${Math.round(row.agentMb)}, ${Math.round(row.allMb)}`,
      ]),
    ),
    '',
    `Percent of one core, over ${minutes} minutes at the camera’s own pace, after 20 s. By Linux’s accounting of the agent, of its process that looks for`,
    'faces, and of ffmpeg; the first and every child are bound to one core by `taskset` where it says so. What is counted is everything that the agent',
    'does: reading JPEGs, motion, passages, best shots, the sealed outbox on the disk, and MQTT over mutual TLS to a broker that acks. JPEGs come from a',
    'folder: a camera that makes them itself (Raspberry Pi, USB) costs nothing of that. A clip comes as H.264 as from a camera on the network: ffmpeg',
    'decodes it and makes the JPEGs. Frames: ' +
      `${frames.source}; somebody is in the picture for most of the time, which is more than at most doors. On one core \`auto\` leaves the gate off.`,
    '',
  ];
}

/** Whether memory grows, Markdown. */
export function memoryTable(rows: readonly MemoryRow[], frames: DoorFrames): string[] {
  const [first] = rows;
  if (!first) return [];
  const runs = rows.filter(({ of }) => of === 'agent');
  return [
    `## Memory over ${(first.frames / doorFps / 3_600).toFixed(1)} hours of frames`,
    '',
    '| gate | resident memory of | first quarter, MB | last quarter, MB | highest | slope, KB per 1,000 frames | of the second half | flat |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(({ gate, of, growth }) =>
      cells([
        gate,
        of,
        megabytes(growth.first),
        megabytes(growth.last),
        megabytes(growth.most),
        growth.slope.toFixed(1),
        growth.lateSlope.toFixed(1),
        isFlat(growth) ? 'yes' : '**no**',
      ]),
    ),
    '',
    `${first.frames} frames, ${doorFps} a second of the clip’s time, each looked at, as fast as the agent takes them: ${frames.source},`,
    `again and again. ${runs.map(runOf).join('; ')}. Medians of samples a second apart; flat: the last quarter’s`,
    `is at most ${flatWithin * 100} % over the first’s, as much as allocators and compilers take and give back in steps. The replay has the names of all`,
    'its files in memory, which a camera has not.',
    '',
  ];
}

function runOf({ gate, wallS, passages, captures, mostWaiting }: MemoryRow): string {
  const sent = `${passages} passages and ${captures} captures were sent`;
  return `Gate ${gate}: ${Math.round(wallS)} s, ${sent}, ${mostWaiting} waited at most`;
}

/** What others make of the same frames, Markdown. */
export function peerTable(rows: readonly PeerRow[]): string[] {
  const spans = rows.map(({ clip, who, result }) => {
    if (result === 'not installed') return `* ${clip}, ${who}: not installed`;
    const found = result.found.map(({ start, end }) => `${start.toFixed(1)}–${end.toFixed(1)}`);
    return `* ${clip}, ${who}: ${found.join(', ') || 'none'}`;
  });
  return [
    '## Beside Motion and OpenCV',
    '',
    '| clip | who | ms CPU per frame | recall | splits | merges | false | passages |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(peerRow),
    '',
    ...(rows.length === 0 ? ['No clips with a truth file: see ROLLCALL_FIXTURES.', ''] : []),
    'The same JPEGs of 720p at the clip’s own frame rate for all, with the first picture and the last standing for 5 s, so that everybody has learned',
    'the background; scored by the same truth (`passage-score.ts`). What moves and is nobody (a car) may be found, once. A split is one passage',
    'told as several, a merge is several told as one.',
    '',
    '* **rollcall agent**: as it is by default; JPEGs in, passages and their best shots out, all threads. Nothing is published here; that is counted above.',
    `* **Motion** 4.5 takes the frames from an HTTP camera at their own pace. As packaged by Debian: \`threshold ${packagedSettings.threshold}\`, \`event_gap ${packagedSettings.event_gap}\`,`,
    '  `despeckle_filter EedDl`; without pictures, movies and streams. An event gap of a minute is for surveillance, so it is shown as well with the',
    `  agent’s area and quiet time: \`threshold ${doorSettings.threshold}\`, \`event_gap ${doorSettings.event_gap}\` (it knows whole seconds). An event’s end is counted from its last motion.`,
    `* **OpenCV**: \`createBackgroundSubtractorMOG2()\` on \`IMREAD_REDUCED_GRAYSCALE_8\`, one thread; a passage is open while ${minArea} of the picture is foreground`,
    `  (no shadow), and ${quietMs} ms longer. No best shots.`,
    '',
    'Nobody was tuned to these clips for this table; the agent’s defaults were made with them at hand, and Motion’s and OpenCV’s were not.',
    'Found, in seconds from the first frame:',
    '',
    ...spans,
  ];
}

function peerRow({ clip, who, result }: PeerRow): string {
  if (result === 'not installed') return cells([clip, who, 'not installed', ...Array.from({ length: 5 }, () => '–')]);
  const { recall, splits, merges, false: wrong, passages } = result.score;
  const scores = [recall, splits, merges, wrong, passages].map(String);
  return cells([clip, who, result.cpuMsPerFrame.toFixed(2), ...scores]);
}

function cells(values: readonly string[]): string {
  return `| ${values.join(' | ')} |`;
}

function percent(part: number): string {
  return (part * 100).toFixed(1);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

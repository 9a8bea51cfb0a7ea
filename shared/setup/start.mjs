import { join } from 'node:path';
import { buildDashboard } from './dashboard.mjs';
import { pinnedNode } from './pinned-node.mjs';
import { prepare, root } from './prepare.mjs';
import { requirePrograms } from './programs.mjs';
import { endWith } from './setup-error.mjs';
import { supervise } from './supervise.mjs';

/** `npm start`: installs and builds what is missing, then runs the site edition on the pinned Node. */
await endWith(async () => {
  const args = process.argv.slice(2);
  if (needsVideo([...args, process.env.ROLLCALL_CAMERA ?? ''], process.env.ROLLCALL_DEMO)) requirePrograms(['ffmpeg']);
  const node = await prepare(async () => {
    const found = await pinnedNode(root);
    await buildDashboard(root, found);
    return found;
  });
  return supervise(node, [join(root, 'cloud', 'src', 'handlers', 'local.ts'), ...args], { cwd: root });
});

/**
 * @param {string[]} words
 * @param {string | undefined} demo
 */
function needsVideo(words, demo) {
  return (
    words.includes('--demo') ||
    /^(true|1|yes|on)$/i.test(demo ?? '') ||
    words.some((word) => /(video|rtsp|v4l2):/.test(word))
  );
}

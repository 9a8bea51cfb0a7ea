import { createHash } from 'node:crypto';

/** The dashboard's colors (dashboard/src/base.css), so that signing in does not look like leaving it. */
export const signInStyle = `
:root { color-scheme: light dark; --bg: #f7f7f8; --panel: #fff; --line: #d6d7de; --text: #17181f; --muted: #5e626f;
  --accent: #5058d8; --accent-hover: #444bbd; --on-accent: #fff; --bad: #b3262f; --bad-soft: #fdecec; --shadow: 0 1px 2px rgb(20 20 40 / 4%), 0 12px 32px rgb(20 20 40 / 6%); }
@media (prefers-color-scheme: dark) { :root { --bg: #0e0f12; --panel: #16171c; --line: #363943; --text: #ececf1; --muted: #9da1ae;
  --accent: #8b93f4; --accent-hover: #a9affa; --on-accent: #12131c; --bad: #f59096; --bad-soft: #331a1c; --shadow: none; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 24px; background: var(--bg); color: var(--text);
  font: 15px/1.5 "Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif; -webkit-font-smoothing: antialiased; }
main { width: 100%; max-width: 380px; padding: 32px; background: var(--panel); border: 1px solid var(--line); border-radius: 16px; box-shadow: var(--shadow); }
.brand { display: flex; align-items: center; gap: 10px; font-weight: 620; margin-bottom: 24px; }
.brand svg { width: 28px; height: 28px; flex: none; }
h1 { margin: 0 0 4px; font-size: 22px; line-height: 1.25; letter-spacing: -0.02em; font-weight: 620; }
p { margin: 0 0 20px; color: var(--muted); }
form { display: grid; gap: 16px; margin: 0; }
label { display: grid; gap: 6px; font-weight: 550; }
input { font: inherit; font-weight: 400; color: inherit; width: 100%; min-height: 44px; padding: 8px 12px; background: var(--bg); border: 1px solid var(--line); border-radius: 8px; }
button { font: inherit; font-weight: 600; min-height: 44px; padding: 8px 16px; border: 0; border-radius: 8px; background: var(--accent); color: var(--on-accent); cursor: pointer; }
button:hover { background: var(--accent-hover); }
button.quiet { background: transparent; color: var(--text); border: 1px solid var(--line); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.problem { margin: 0 0 20px; padding: 10px 12px; border-radius: 8px; background: var(--bad-soft); color: var(--bad); }
.actions { display: grid; gap: 10px; }
a { color: var(--accent); }
`;

/** Lets this style and nothing else in: a source for the Content-Security-Policy. */
export const signInStyleSource = `'sha256-${createHash('sha256').update(signInStyle).digest('base64')}'`;

import { createHash } from 'node:crypto';
import { signInStyle, signInStyleSource } from './sign-in-style.ts';

/** The form where people sign in. @param problem what was wrong with the last try, in words. */
export function signInPage(options: {
  readonly action: string;
  readonly email?: string;
  readonly problem?: string;
}): string {
  const { action, email = '', problem } = options;
  const described = problem ? ' aria-describedby="problem" aria-invalid="true"' : '';
  const focusEmail = email ? '' : ' autofocus';
  const focusPassword = email ? ' autofocus' : '';
  return page(
    problem ? 'Could not sign in' : 'Sign in',
    `<h1>Sign in</h1>
<p>To see who is here.</p>
${problem ? `<div class="problem" id="problem" role="alert">${escapeHtml(problem)}</div>` : ''}
<form method="post" action="${escapeHtml(action)}">
<label>Email<input name="email" type="email" autocomplete="username" inputmode="email" autocapitalize="none" spellcheck="false" required maxlength="254" value="${escapeHtml(email)}"${focusEmail}${described}></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required maxlength="1024"${focusPassword}${described}></label>
<button type="submit">Sign in</button>
</form>`,
  );
}

/** Asks before signing out; signs out at once when the dashboard asked for it (it showed whose session it is). */
export function signOutPage(options: { readonly form: string; readonly atOnce: boolean }): string {
  return page(
    'Sign out',
    `<h1>Sign out?</h1>
<p>You will need your password to come back.</p>
${options.form}
<div class="actions">
<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
<button class="quiet" type="submit" form="op.logoutForm">Stay signed in</button>
</div>
${options.atOnce ? `<script>${clickScript}</script>` : ''}`,
  );
}

/** A page that says one thing. */
export function messagePage(title: string, words: string): string {
  return page(
    title,
    `<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(words)}</p>
<a href="/">Go to the dashboard</a>`,
  );
}

const clickScript = `document.querySelector('button[name="logout"]').click()`;

/** Nothing but these pages' own style and script runs; forms lead to this origin only. */
export const signInPolicy = [
  "default-src 'none'",
  "img-src 'self'",
  `style-src ${signInStyleSource}`,
  `script-src 'sha256-${createHash('sha256').update(clickScript).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const mark = `<svg viewBox="0 0 64 64" aria-hidden="true"><rect width="64" height="64" rx="15" fill="#5058d8"/><path d="M18 13h28v38H18z" fill="none" stroke="#fff" stroke-opacity=".45" stroke-width="4" stroke-linejoin="round"/><path d="m24.5 33 6 6.5L41.5 26" fill="none" stroke="#fff" stroke-width="5.5" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Rollcall</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<style>${signInStyle}</style>
</head>
<body>
<main>
<div class="brand">${mark}<span>Rollcall</span></div>
${body}
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

import { z } from 'zod';

/** Where people sign in, when it is not the issuer on this origin. `pnpm deploy:aws` writes it into the page. */
const SignInSettings = z.object({
  /** The issuer, as tokens name it. */
  authority: z.url(),
  clientId: z.string().min(1),
  /** Ends the issuer’s own session; it takes the client and where to go then in its query. */
  signOutUrl: z.url(),
});
export type SignInSettings = z.infer<typeof SignInSettings>;

/** What is needed of a document. */
interface Page {
  readonly querySelector: (selector: string) => { readonly getAttribute: (name: string) => string | null } | null;
}

/** Name of the `meta` element that has the settings as JSON. */
const element = 'rollcall-sign-in';

/** The settings in the page; undefined in the site edition. */
export function signInSettings(page: Page): SignInSettings | undefined {
  const content = page.querySelector(`meta[name="${element}"]`)?.getAttribute('content');
  return content ? SignInSettings.parse(JSON.parse(content)) : undefined;
}

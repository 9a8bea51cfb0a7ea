import { useEffect, useMemo, useState } from 'react';
import { createApi } from '../../api/api.ts';
import { useApi } from '../../api/api-context.tsx';
import { text } from '../../messages/text.ts';
import { useSession } from '../../session/session-context.ts';
import { forgetKioskKey, readKioskKey } from './kiosk-key.ts';
import { KioskScreen } from './kiosk-screen.tsx';
import { KioskSetup } from './kiosk-setup.tsx';

/** The screen at the door: with the key from its link, or for whoever is signed in. */
export function KioskPage() {
  const [key, setKey] = useState(readKioskKey);
  const [refused, setRefused] = useState(false);
  const { state } = useSession();
  const userApi = useApi();

  useEffect(() => {
    document.title = `${text.kiosk.title} · ${text.app.name}`;
    // A link that is opened while the page is open changes only the part behind the #.
    const changed = () => {
      setKey(readKioskKey());
      setRefused(false);
    };
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);

  const keyApi = useMemo(() => {
    if (!key) return undefined;
    return createApi({
      headers: () => ({ 'x-api-key': key }),
      rejected() {
        forgetKioskKey();
        setKey(undefined);
        setRefused(true);
        return Promise.resolve(false);
      },
    });
  }, [key]);

  if (keyApi) return <KioskScreen api={keyApi} />;
  if (!refused && state.status === 'signed-in') return <KioskScreen api={userApi} />;
  if (!refused && state.status === 'loading') return null;
  return <KioskSetup refused={refused} />;
}

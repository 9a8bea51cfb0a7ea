import { useQuery } from '@tanstack/react-query';
import { IconPhotoOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { keys } from '../api/keys.ts';
import styles from './picture.module.css';

interface PictureProps {
  /** API path of the picture. */
  readonly path: string;
  readonly alt: string;
  /** @default 'cover' */
  readonly fit?: 'cover' | 'contain';
  /** Said in the place of a picture that is gone. */
  readonly missing?: string;
}

/** A picture that only somebody signed in may see: fetched with the token, shown from memory, never in the browser's cache. */
export function Picture({ path, alt, fit = 'cover', missing }: PictureProps) {
  const api = useApi();
  const { data, isError } = useQuery({
    queryKey: keys.picture(path),
    queryFn: ({ signal }) => api.picture(path, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const url = useObjectUrl(data);
  if (isError) {
    return (
      <div className={styles.missing} role="img" aria-label={missing ?? alt}>
        {missing ?? <IconPhotoOff size={18} stroke={1.6} aria-hidden="true" />}
      </div>
    );
  }
  if (!url) return <div className={styles.missing} aria-hidden="true" />;
  return <img className={`${styles.picture} ${fit === 'contain' ? styles.contain : ''}`} src={url} alt={alt} />;
}

function useObjectUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = blob ? URL.createObjectURL(blob) : undefined;
    setUrl(made);
    return () => {
      if (made) URL.revokeObjectURL(made);
    };
  }, [blob]);
  return url;
}

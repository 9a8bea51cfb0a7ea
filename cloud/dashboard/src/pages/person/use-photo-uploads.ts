import type { FaceQuality } from '@rollcall/contract/person';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ApiProblem } from '../../api/api-problem.ts';
import { useApi } from '../../api/api-context.tsx';
import { fitPhoto } from './fit-photo.ts';

/** Bytes that the API takes as one photo. */
const maxBytes = 10_000_000;

export type UploadState =
  | { readonly status: 'sending' }
  | { readonly status: 'accepted'; readonly quality: FaceQuality }
  | { readonly status: 'refused'; readonly problem: unknown };

/** One file on its way to become a photo. */
export interface Upload {
  readonly id: string;
  readonly file: File;
  /** For an `<img>`; released with the upload. */
  readonly preview: string;
  readonly state: UploadState;
}

export type PhotoUploads = ReturnType<typeof usePhotoUploads>;

/** Hands in photos of one person, one after the other, and keeps what became of each. */
export function usePhotoUploads(personId: string) {
  const api = useApi();
  const client = useQueryClient();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const previews = useRef(new Set<string>());

  useEffect(() => {
    const made = previews.current;
    return () => made.forEach((url) => URL.revokeObjectURL(url));
  }, []);

  const send = useCallback(
    async (upload: Pick<Upload, 'id' | 'file'>, force: boolean): Promise<boolean> => {
      const settle = (state: UploadState) =>
        setUploads((all) => all.map((u) => (u.id === upload.id ? { ...u, state } : u)));
      settle({ status: 'sending' });
      try {
        const photo = await fitPhoto(upload.file);
        if (photo.size > maxBytes) throw new ApiProblem('too-large', 413, {});
        const path = `/v1/people/${personId}/photos`;
        const { quality } = await api.sendPicture<{ quality: FaceQuality }>(path, photo, force ? { force: true } : {});
        settle({ status: 'accepted', quality });
        void client.invalidateQueries({ queryKey: ['photos', personId] });
        void client.invalidateQueries({ queryKey: ['person', personId] });
        void client.invalidateQueries({ queryKey: ['people'] });
        return true;
      } catch (problem) {
        settle({ status: 'refused', problem });
        return false;
      }
    },
    [api, client, personId],
  );

  return useMemo(
    () => ({
      list: uploads,
      /** @returns whether all were accepted. */
      async add(files: readonly File[]): Promise<boolean> {
        const added = files.map((file): Upload => {
          const preview = URL.createObjectURL(file);
          previews.current.add(preview);
          return { id: crypto.randomUUID(), file, preview, state: { status: 'sending' } };
        });
        setUploads((all) => [...all.filter((u) => u.state.status !== 'accepted'), ...added]);
        // One by one: the second of two pictures of a stranger must be compared with the first.
        let accepted = 0;
        for (const upload of added) if (await send(upload, false)) accepted += 1;
        return accepted === added.length;
      },
      retry: (upload: Upload, force: boolean) => send(upload, force),
      dismiss(upload: Upload) {
        setUploads((all) => all.filter((u) => u.id !== upload.id));
      },
    }),
    [send, uploads],
  );
}

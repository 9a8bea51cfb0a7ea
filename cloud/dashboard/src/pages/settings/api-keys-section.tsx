import { ActionIcon, Button, Group, Modal, Skeleton } from '@mantine/core';
import type { ApiKey } from '@rollcall/contract/access';
import { IconKey, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { apiKeysQuery } from '../../api/queries.ts';
import { Panel } from '../../components/panel.tsx';
import { toast, toastError } from '../../components/toast.tsx';
import { useNow } from '../../components/use-now.ts';
import { ago, longDateOf } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import styles from './api-keys-section.module.css';
import { CreateKeyDialog } from './create-key-dialog.tsx';

/** Keys of kiosks, scripts and other systems. */
export function ApiKeysSection() {
  const apiKeys = useQuery(apiKeysQuery(useApi())).data?.items;
  const [dialog, setDialog] = useState<'create' | ApiKey>();
  const now = useNow(30_000);
  const t = text.settings;
  return (
    <div id="keys">
      <Panel
        title={t.keys}
        hint={t.keysText}
        flush
        aside={
          <Button variant="default" leftSection={<IconPlus size={15} />} onClick={() => setDialog('create')}>
            {t.createKey}
          </Button>
        }
      >
        {apiKeys ? null : <Skeleton height={44} m="md" />}
        {apiKeys?.length === 0 ? <p className={styles.none}>{t.keysNone}</p> : null}
        <ul className={styles.list}>
          {apiKeys?.map((key) => (
            <li key={key.id} className={styles.row}>
              <IconKey size={17} stroke={1.6} className={styles.icon} aria-hidden="true" />
              <div className={styles.words}>
                <div className={styles.name}>{key.name}</div>
                <div className="rc-muted">
                  {[
                    t.roles[key.role],
                    key.lastUsedAt ? t.used(ago(key.lastUsedAt, now)) : t.never,
                    t.created(longDateOf(key.createdAt)),
                  ].join(' · ')}
                </div>
              </div>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t.deleteKey(key.name)}
                onClick={() => setDialog(key)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      </Panel>
      {dialog === 'create' ? <CreateKeyDialog onClose={() => setDialog(undefined)} /> : null}
      {dialog && dialog !== 'create' ? <DeleteKeyDialog apiKey={dialog} onClose={() => setDialog(undefined)} /> : null}
    </div>
  );
}

function DeleteKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const api = useApi();
  const client = useQueryClient();
  const t = text.settings;
  const remove = useMutation({
    mutationFn: () => api.send('DELETE', `/v1/api-keys/${apiKey.id}`),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['api-keys'] });
      toast(t.keyDeleted);
      onClose();
    },
    onError: toastError,
  });
  return (
    <Modal opened onClose={onClose} title={t.deleteKeyTitle} closeButtonProps={{ 'aria-label': text.app.close }}>
      <p>
        <strong>{apiKey.name}</strong>
      </p>
      <p className="rc-muted">{t.deleteKeyText}</p>
      <Group justify="flex-end" mt="xl">
        <Button variant="default" onClick={onClose}>
          {text.app.cancel}
        </Button>
        <Button color="red.8" loading={remove.isPending} onClick={() => remove.mutate()}>
          {text.app.delete}
        </Button>
      </Group>
    </Modal>
  );
}

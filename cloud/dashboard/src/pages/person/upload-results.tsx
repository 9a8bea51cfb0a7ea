import { ActionIcon, Button, Loader } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { ApiProblem, explain } from '../../api/api-problem.ts';
import { text } from '../../messages/text.ts';
import styles from './photos-panel.module.css';
import type { PhotoUploads, Upload } from './use-photo-uploads.ts';

/** What became of each file: added, or what is wrong with it and what to do. */
export function UploadResults({ uploads }: { uploads: PhotoUploads }) {
  if (uploads.list.length === 0) return null;
  return (
    <ul className={styles.results} aria-label={text.person.photos.results} aria-live="polite">
      {uploads.list.map((upload) => (
        <UploadResult key={upload.id} upload={upload} uploads={uploads} />
      ))}
    </ul>
  );
}

function UploadResult({ upload, uploads }: { upload: Upload; uploads: PhotoUploads }) {
  const t = text.person.photos;
  return (
    <li className={styles.result}>
      <img src={upload.preview} alt="" />
      <div>
        <div className={styles.fileName}>{upload.file.name}</div>
        <Outcome upload={upload} />
      </div>
      <div className={styles.resultActions}>
        {upload.state.status === 'refused' ? (
          <Remedy problem={upload.state.problem} onRetry={(force) => void uploads.retry(upload, force)} />
        ) : null}
        {upload.state.status === 'sending' ? null : (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${t.dismiss}: ${upload.file.name}`}
            onClick={() => uploads.dismiss(upload)}
          >
            <IconX size={16} />
          </ActionIcon>
        )}
      </div>
    </li>
  );
}

function Outcome({ upload: { state } }: { upload: Upload }) {
  const t = text.person.photos;
  if (state.status === 'refused') return <span className={styles.refused}>{explain(state.problem)}</span>;
  if (state.status === 'accepted') {
    return (
      <span className={styles.accepted}>
        <IconCheck size={14} aria-hidden="true" style={{ verticalAlign: -2, marginRight: 4 }} />
        {[t.accepted, ...state.quality.advice].join(' · ')}
      </span>
    );
  }
  return (
    <span className="rc-muted">
      <Loader size={12} mr={6} />
      {t.sending}
    </span>
  );
}

/** What can be done about a refusal besides another photo. */
function Remedy({ problem, onRetry }: { problem: unknown; onRetry: (force: boolean) => void }) {
  const t = text.person.photos;
  if (!(problem instanceof ApiProblem)) return null;
  if (problem.code === 'looks-like-someone-else') {
    return (
      <>
        {problem.problem.personId ? (
          <Link to="/people/$personId" params={{ personId: problem.problem.personId }} className="rc-link">
            {t.seePerson}
          </Link>
        ) : null}
        <Button size="xs" variant="default" onClick={() => onRetry(true)}>
          {t.force}
        </Button>
      </>
    );
  }
  if (!problem.retryable && problem.code !== 'consent-missing') return null;
  return (
    <Button size="xs" variant="default" onClick={() => onRetry(false)}>
      {t.retry}
    </Button>
  );
}

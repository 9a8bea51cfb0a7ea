import { Button, Checkbox, SegmentedControl } from '@mantine/core';
import type { Sighting } from '@rollcall/contract/sighting';
import { IconUserOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { doorsQuery, organizationQuery } from '../../api/queries.ts';
import { Panel } from '../../components/panel.tsx';
import { Picture } from '../../components/picture.tsx';
import { useRole } from '../../components/use-role.ts';
import { VerdictPill } from '../../components/verdict-pill.tsx';
import { dateOf, timeOf } from '../../format/time.ts';
import { text } from '../../messages/text.ts';
import { CandidateButton } from './candidate-button.tsx';
import { PersonSearch } from './person-search.tsx';
import styles from './review-case.module.css';
import { useResolve } from './use-resolve.ts';

interface ReviewCaseProps {
  readonly sighting: Sighting;
  readonly onDecided: () => void;
}

/** One face beside the people whom it resembles. */
export function ReviewCase({ sighting, onDecided }: ReviewCaseProps) {
  const api = useApi();
  const { mayEdit } = useRole();
  const zone = useQuery(organizationQuery(api)).data?.timeZone;
  const door = useQuery(doorsQuery(api)).data?.items.find((d) => d.id === sighting.doorId)?.name;
  const resolve = useResolve(sighting, onDecided);
  const [learn, setLearn] = useState(false);
  const [whole, setWhole] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const candidates = sighting.candidates.slice(0, 5);
  const t = text.review;

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.metaKey || event.ctrlKey || event.altKey) return;
      if (!mayEdit || resolve.isPending) return;
      const chosen = candidates[Number(event.key) - 1];
      if (chosen) resolve.mutate({ personId: chosen.person.id, learn });
      else if (event.key.toLowerCase() === 'd') resolve.mutate({ dismiss: true });
      else if (event.key === '/') search.current?.focus();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });

  return (
    <div className={styles.case}>
      <Panel flush className={styles.evidence}>
        <div className={styles.picture}>
          <Picture
            path={`/v1/sightings/${sighting.id}/photo${whole ? '?whole=true' : ''}`}
            alt={text.today.unknownPerson}
            fit="contain"
            missing={t.pictureGone}
          />
          <SegmentedControl
            className={styles.cut}
            size="xs"
            aria-label={t.cut}
            value={whole ? 'whole' : 'face'}
            onChange={(value) => setWhole(value === 'whole')}
            data={[
              { value: 'face', label: t.cutFace },
              { value: 'whole', label: t.cutWhole },
            ]}
          />
        </div>
        <div className={styles.caption}>
          <span className="rc-num">
            <strong>{timeOf(sighting.at, zone)}</strong> · {dateOf(sighting.at, zone)}
            {door ? ` · ${door}` : ''}
          </span>
          <VerdictPill sighting={sighting} />
        </div>
        <p className={styles.reason}>{sighting.reason}</p>
      </Panel>
      <Panel title={t.who}>
        {candidates.length === 0 ? <p className="rc-muted">{t.none}</p> : null}
        <ol className={styles.candidates} aria-label={t.nearest}>
          {candidates.map((candidate, i) => (
            <li key={candidate.person.id}>
              <CandidateButton
                candidate={candidate}
                shortcut={i + 1}
                disabled={!mayEdit || resolve.isPending}
                onChoose={() => resolve.mutate({ personId: candidate.person.id, learn })}
              />
            </li>
          ))}
        </ol>
        {mayEdit ? (
          <>
            <PersonSearch ref={search} onChoose={(personId) => resolve.mutate({ personId, learn })} />
            <Checkbox
              className={styles.learn}
              label={t.learn}
              description={t.learnHint}
              checked={learn}
              onChange={(event) => setLearn(event.currentTarget.checked)}
            />
            <div className={styles.dismiss}>
              <Button
                variant="default"
                leftSection={<IconUserOff size={16} />}
                rightSection={
                  <kbd className="rc-key" aria-hidden="true">
                    D
                  </kbd>
                }
                loading={resolve.isPending}
                onClick={() => resolve.mutate({ dismiss: true })}
              >
                {t.dismiss}
              </Button>
              <span className="rc-muted">{t.dismissHint}</span>
            </div>
          </>
        ) : (
          <p className="rc-muted">{text.app.viewerOnly}</p>
        )}
      </Panel>
    </div>
  );
}

import { useQuery } from '@tanstack/react-query';
import { weaknessQuestion } from '../api/weaknesses.ts';
import { weaknessName } from '../lib/weakness-name.ts';

/** A weakness's id, and its name where CWE has been fetched. */
export function Weakness({ id }: { id: string }) {
  const { data } = useQuery(weaknessQuestion(id));
  if (!data) return id;
  return (
    <span title={data.name}>
      {id} {weaknessName(data.name)}
    </span>
  );
}

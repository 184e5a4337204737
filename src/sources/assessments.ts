import { cvssVersion, isCvssScore, parseVector, scoreOf, severityOf } from '../domain/cvss.ts';
import type { CvssAssessment, CvssRole, CvssVersion } from '../domain/record.ts';
import { type JsonObject, numberOf, shortTextOf } from './guards.ts';
import { type Notes, Rejection } from './notes.ts';

/** Whose assessment it is. */
export interface Assessor {
  readonly role: CvssRole;
  readonly provider: string;
  readonly type: CvssAssessment['type'];
}

/** The version, score and vector as a source gives them; `assumed` is the version when neither member nor vector tell. */
export interface RawCvss {
  readonly version: unknown;
  readonly score: unknown;
  readonly vector: unknown;
  readonly assumed: CvssVersion;
}

/** The members of `cvssData` (NVD) and `cvssV3_1` (CVE 5), which follow FIRST's JSON schemas. */
export function cvssMembers(data: JsonObject, assumed: CvssVersion): RawCvss {
  return { version: data.version, score: data.baseScore, vector: data.vectorString, assumed };
}

/**
 * One CVSS assessment. The vector decides the version; a score that is missing is computed from the vector; the severity
 * is the version's word for the score. Null, with a note, when there is neither score nor vector.
 * @throws Rejection when the score is outside 0–10: such a record cannot be trusted
 */
export function assessmentOf(raw: RawCvss, assessor: Assessor, notes: Notes): CvssAssessment | null {
  const vectorText = shortTextOf(raw.vector, 'CVSS vector', notes);
  const vector = vectorText === null ? null : parseVector(vectorText);
  if (vectorText !== null && vector === null) notes.dropped('CVSS vector', vectorText, 'is not one');

  const stated = numberOf(raw.score, 'CVSS score', notes);
  if (stated !== null && !isCvssScore(stated)) throw new Rejection(`CVSS score ${stated} is outside 0–10`);
  const score = stated ?? (vector && scoreOf(vector.vector));
  if (score === null) {
    if (vectorText !== null || stated !== null) notes.dropped('a CVSS assessment', raw.vector, 'gives no score');
    return null;
  }

  const version = vector?.version ?? (typeof raw.version === 'string' ? cvssVersion(raw.version) : null) ?? raw.assumed;
  return {
    version,
    score: score === 0 ? 0 : score, // -0 would be another text
    vector: vector?.vector ?? null,
    severity: severityOf(version, score),
    role: assessor.role,
    provider: assessor.provider,
    type: assessor.type,
  };
}

/** Assessments in order, each once. */
export function distinct(assessments: readonly CvssAssessment[]): readonly CvssAssessment[] {
  if (assessments.length < 2) return assessments;
  const byContent = new Map<string, CvssAssessment>();
  for (const one of assessments) {
    const key = `${one.version} ${one.score} ${one.vector} ${one.role} ${one.type} ${one.provider}`;
    if (!byContent.has(key)) byContent.set(key, one);
  }
  return [...byContent.values()];
}

import type { SourceId } from './source-id.ts';

/** `CVE-YYYY-NNNN…`, upper case. Made by `cveId()` in cve-id.ts. */
export type CveId = `CVE-${number}-${string}`;

export type RecordState = 'published' | 'rejected' | 'reserved';
export type Severity = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'NONE';
export type CvssVersion = '2.0' | '3.0' | '3.1' | '4.0';

/** Who assessed: the CVE's own CNA, NVD, CISA as authorised data publisher, or anybody else. */
export type CvssRole = 'cna' | 'nvd' | 'cisa_adp' | 'other';

export interface CvssAssessment {
  readonly version: CvssVersion;
  readonly score: number; // 0–10; 0.0 is a value
  readonly vector: string | null;
  readonly severity: Severity; // as the version's scale says for the score
  readonly role: CvssRole;
  readonly provider: string; // as the source names it: 'nvd@nist.gov', 'microsoft', …
  readonly type: 'primary' | 'secondary' | null;
}

/** A range of versions; both ends null means every version. An exact version is a plain string instead. */
export interface VersionRange {
  readonly from?: string; // including, unless fromExcluded
  readonly fromExcluded?: true;
  readonly to?: string; // including, unless toExcluded ("less than")
  readonly toExcluded?: true;
  readonly type?: string; // the versions' ordering: 'semver', 'git', 'rpm', 'custom', …; absent for CPE
  readonly status?: 'unaffected' | 'unknown'; // absent: affected
}

/** One product that a source calls affected, with its versions. */
export interface Affected {
  readonly vendor: string; // canonical, see names.ts; '' when the source gives none
  readonly product: string;
  readonly part?: 'a' | 'o' | 'h';
  readonly target?: string; // CPE target_sw, e.g. 'wordpress'
  readonly versions: readonly (string | VersionRange)[]; // plain string: exactly this version; unique; CPE's sorted, CVE 5's in the source's order (the first that fits decides)
  readonly defaultStatus?: 'affected' | 'unaffected' | 'unknown'; // CVE 5: of versions not listed
  readonly platforms?: readonly string[]; // what it must run on ("vulnerable: false" CPEs, CVE 5 platforms)
  readonly package?: string; // CVE 5 packageName, for purl
  readonly collection?: string; // CVE 5 collectionURL
  readonly repo?: string;
  readonly cpes?: readonly string[]; // CVE 5 cpes
}

export interface Reference {
  readonly url: string;
  readonly tags?: readonly string[]; // lower case, as the source's vocabulary, e.g. 'vendor-advisory', 'exploit', 'patch'
  readonly name?: string;
}

/** A catalogue's word that a vulnerability is exploited. */
export interface Exploitation {
  readonly since: string | null; // YYYY-MM-DD
  readonly due: string | null; // YYYY-MM-DD, CISA's date for federal agencies
  readonly action: string | null; // what to do
  readonly ransomware: boolean | null; // null: not said ("Unknown" is not said)
}

/** CISA's Stakeholder-Specific Vulnerability Categorization. @see https://www.cisa.gov/ssvc */
export interface Ssvc {
  readonly exploitation: 'none' | 'poc' | 'active' | null;
  readonly automatable: boolean | null;
  readonly technicalImpact: 'partial' | 'total' | null;
  readonly at: string | null; // ISO 8601 UTC
}

/**
 * What one source says of one CVE, normalised. Times are ISO 8601 UTC with milliseconds ("2021-12-10T10:15:09.143Z").
 * Lists are in the source's order without repetition. Nothing in it is guessed: what the source does not say is null or [].
 */
export interface SourceRecord {
  readonly cveId: CveId;
  readonly source: SourceId;
  readonly state: RecordState;
  readonly title: string | null;
  readonly description: string | null; // English; of a rejected record the reason of rejection
  readonly publishedAt: string | null;
  readonly modifiedAt: string | null;
  readonly severity: Severity | null; // only when the source states one without a CVSS score
  readonly cvss: readonly CvssAssessment[];
  readonly weaknesses: readonly string[]; // 'CWE-79'
  readonly affected: readonly Affected[];
  readonly references: readonly Reference[];
  readonly exploited: Exploitation | null;
  readonly ssvc: Ssvc | null;
  readonly tags: readonly string[]; // 'disputed', 'unsupported-when-assigned', NVD's vulnStatus as 'nvd:modified', …
  readonly origins: readonly string[]; // deduplicated only: the sources it was merged from
  readonly aliases: readonly string[]; // other ids of the same vulnerability: 'EUVD-2024-1234', 'GHSA-…'
}

/** A record that says nothing but its identity; parsers fill in what their source says. */
export function emptyRecord(cveId: CveId, source: SourceId): SourceRecord {
  return {
    cveId,
    source,
    state: 'published',
    title: null,
    description: null,
    publishedAt: null,
    modifiedAt: null,
    severity: null,
    cvss: [],
    weaknesses: [],
    affected: [],
    references: [],
    exploited: null,
    ssvc: null,
    tags: [],
    origins: [],
    aliases: [],
  };
}

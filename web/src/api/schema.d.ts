// Generated from the OpenAPI document of the HTTP API: npm run docs
export interface paths {
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the server lives
         * @description Asks nobody else, needs no key, and counts for no limit. Also at /health.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the server can work
         * @description The database and its schema must be right; otherwise the status is 503. Stale sources, and Redis when it does not answer, are told and are no reason to stop. Needs no key. Also at /health/ready.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Numbers for Prometheus
         * @description Requests, connections, caches, runs, and how fresh each source is. Also at /metrics.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The CVEs that match all filters, the most urgent first */
        get: operations["listVulnerabilities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/exploited": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The CVEs that are known to be exploited, the newest in the catalogues first */
        get: operations["listExploited"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/recent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The CVEs that were published lately, the newest first */
        get: operations["listRecent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/vendor/{vendor}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The CVEs that affect products of a vendor, the most urgent first */
        get: operations["listOfVendor"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/{cve}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The merged record of a CVE */
        get: operations["getVulnerability"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/{cve}/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each source says of a CVE, and per field who won */
        get: operations["getVulnerabilitySources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/{cve}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed in a CVE, when, and whose word caused it, newest first */
        get: operations["getVulnerabilityHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/{cve}/priority": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a CVE ranks where it does: each factor with its weight and share */
        get: operations["getVulnerabilityPriority"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/{cve}/techniques": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The ATT&CK techniques of a CVE: mapped by somebody, or derived from its weaknesses */
        get: operations["getVulnerabilityTechniques"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/{cve}/indicators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The indicators that name a CVE */
        get: operations["getVulnerabilityIndicators"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/{cve}/epss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A CVE's chance of exploitation, now and over time */
        get: operations["getVulnerabilityEpss"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The CVEs that a query finds
         * @description Misspelt words find what was meant; `meanings` says what each was taken for.
         */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the CVEs are that a query finds: by severity, vendor, product, weakness, year and more */
        get: operations["searchFacets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/suggest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What may be meant while a query is typed: ids, names, weaknesses, techniques, fields and their values */
        get: operations["searchSuggest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/lookup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The records of up to 1000 CVEs */
        post: operations["lookupVulnerabilities"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/affected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The CVEs that affect each of up to 200 pieces of software, with the reason
         * @description The ranges of versions that the sources give are compared with the version, by the rules of the CVE Record Format and of CPE. Rejected CVEs are left out. What cannot be understood is answered in its place.
         */
        post: operations["findAffected"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/iocs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The indicators that match a query, the latest first */
        get: operations["listIndicators"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/iocs/lookup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An indicator by its value, defanged or not, with who reports it
         * @description For what it may match otherwise, such as a network around an address, there is POST /iocs/check.
         */
        get: operations["lookupIndicator"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/iocs/{type}/{*}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An indicator by its type and value, with who reports it
         * @description A URL is percent-encoded as a whole.
         */
        get: operations["getIndicator"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/iocs/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What is known of the addresses, domains, URLs, e-mail addresses and hashes in a text or a list
         * @description Up to 1 MiB, defanged or not; as JSON, or as plain text. At most 5,000 findings are listed.
         */
        post: operations["checkIndicators"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/techniques": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The techniques of ATT&CK that match a query, those in force first */
        get: operations["listTechniques"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/techniques/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A technique, who uses it, and the CVEs that it is used with */
        get: operations["getTechnique"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tactics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ATT&CK's matrices, with the number of CVEs at each technique */
        get: operations["listTactics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/weaknesses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The weaknesses of CWE, those of most CVEs first */
        get: operations["listWeaknesses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/weaknesses/{cwe}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A weakness, what it may lead to, and the most urgent of its CVEs */
        get: operations["getWeakness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vendors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The vendors of affected products, those with most CVEs first */
        get: operations["listVendors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The affected products, those with most CVEs first */
        get: operations["listProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Totals: CVEs, exploited ones, by severity, state and source, indicators, EPSS */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats/top-vendors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The vendors that most CVEs name */
        get: operations["getTopVendors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats/top-weaknesses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The weaknesses that most CVEs have */
        get: operations["getTopWeaknesses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats/severity-distribution": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many CVEs there are of each severity */
        get: operations["getSeverityDistribution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many CVEs were published over time, by severity */
        get: operations["getTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats/ingestion-history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was loaded, by day and source */
        get: operations["getIngestionHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is new in the last days, beside as many days before */
        get: operations["getChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats/epss-risers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The CVEs whose chance of exploitation rose most, up to the newest day of EPSS */
        get: operations["getEpssRisers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every source: how fresh it is, what is wrong, when it is synced next, and its licence */
        get: operations["listSources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One source */
        get: operations["getSource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was loaded when, newest first */
        get: operations["listRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One run */
        get: operations["getRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/rejected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The records of a run that could not be used, with place and reason */
        get: operations["listRejected"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feeds/rss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest CVEs of a query as RSS 2.0 */
        get: operations["feedRss"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feeds/atom": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest CVEs of a query as Atom */
        get: operations["feedAtom"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feeds/json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest CVEs of a query as JSON Feed 1.1 */
        get: operations["feedJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feeds/exploited": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The CVEs that became known as exploited latest
         * @description The form is that of `format`, or the one that the header Accept asks for, or RSS.
         */
        get: operations["feedExploited"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feeds/critical": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The critical CVEs that were published latest
         * @description The form is that of `format`, or the one that the header Accept asks for, or RSS.
         */
        get: operations["feedCritical"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All CVEs of a query as a file
         * @description Streamed, whatever its size. Records are read in pages, each as it stands at that moment. An answer that breaks off was ended by an error.
         */
        get: operations["exportVulnerabilities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sync/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fetch what is new of a source
         * @description A source that somebody syncs already is a 409. One sync that waits is enough: whoever asks again gets the same task. Needs a key of the role writer.
         */
        post: operations["syncSource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rescore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring all priorities to this day
         * @description Needs a key of the role writer.
         */
        post: operations["rescore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest tasks
         * @description Tasks that have ended are kept for 30 days, unless the settings say otherwise. Needs a key of the role writer.
         */
        get: operations["listTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A task: how far it is, and what came of it
         * @description Needs a key of the role writer.
         */
        get: operations["getTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A task as it goes on, as server-sent events
         * @description The stream ends when the task has ended. Needs a key of the role writer.
         */
        get: operations["followTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who changed what, newest first
         * @description Needs a key of the role admin.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ingest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Load a document
         * @description A document of any known format, plain or as gzip, zip or zstd, of at most 104857600 bytes. What it is, is told from its content. The answer comes when all of it has arrived; the task then reads and stores it. Needs a key of the role writer.
         */
        post: operations["ingest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An error, as RFC 9457 has it */
        Problem: {
            type: string;
            title: string;
            status: number;
            /** @description What was wrong, and what to do */
            detail: string;
            /** @description The request's id */
            instance: string;
            code: string;
            errors?: {
                parameter: string;
                detail: string;
            }[];
            /** @description In a query: where the mistake begins, from 0 */
            position?: number;
            length?: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                        version: string;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ready";
                        checks: {
                            database: {
                                ok: boolean;
                                why: string | null;
                            };
                            migrations: {
                                ok: boolean;
                                why: string | null;
                            };
                            sources: {
                                ok: boolean;
                                why: string | null;
                            };
                            redis: {
                                ok: boolean;
                                why: string | null;
                            } | null;
                        };
                    };
                };
            };
            /** @description Not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        type: string;
                        title: string;
                        status: number;
                        /** @description What was wrong, and what to do */
                        detail: string;
                        /** @description The request's id */
                        instance: string;
                        code: string;
                        errors?: {
                            parameter: string;
                            detail: string;
                        }[];
                        /** @description In a query: where the mistake begins, from 0 */
                        position?: number;
                        length?: number;
                        checks: {
                            database: {
                                ok: boolean;
                                why: string | null;
                            };
                            migrations: {
                                ok: boolean;
                                why: string | null;
                            };
                            sources: {
                                ok: boolean;
                                why: string | null;
                            };
                            redis: {
                                ok: boolean;
                                why: string | null;
                            } | null;
                        };
                    };
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVulnerabilities: {
        parameters: {
            query?: {
                /**
                 * @description A query in the language of searches; the other filters must hold as well
                 * @example openssl severity:high
                 */
                q?: string;
                /**
                 * @description One or more of CRITICAL, HIGH, MEDIUM, LOW, NONE, UNKNOWN, with commas
                 * @example CRITICAL,HIGH
                 */
                severity?: string;
                /** @description Whether it is known to be exploited */
                exploited?: boolean;
                /**
                 * @description The vendor of an affected product
                 * @example microsoft
                 */
                vendor?: string;
                /**
                 * @description An affected product
                 * @example exchange_server
                 */
                product?: string;
                /**
                 * @description A weakness
                 * @example CWE-79
                 */
                cwe?: string;
                /** @description The least CVSS score */
                min_cvss?: number;
                /** @description The highest CVSS score */
                max_cvss?: number;
                /**
                 * @description Published then or later: 2024, 2024-05, 2024-05-01, a moment, or -30d
                 * @example 2024-05-01
                 */
                published_after?: string;
                /**
                 * @description Published then or earlier; of a day, month or year its end counts
                 * @example 2024-05-31
                 */
                published_before?: string;
                /** @description The order; unless it is said, by relevance where `q` has words, and otherwise by priority */
                sort_by?: "priority_score" | "priority" | "cvss_score" | "cvss" | "epss" | "published_at" | "published" | "modified_at" | "modified" | "relevance";
                /** @description What has no score or date comes last both ways */
                sort_order?: "desc" | "asc";
                /** @description Which page, from 1 */
                page?: number;
                /** @description How many a page */
                page_size?: number;
                /** @description The next page, to any depth: `next_cursor` of the one before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            cve_id: string;
                            title: string | null;
                            description: string | null;
                            /** @enum {unknown} */
                            severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE" | "UNKNOWN";
                            cvss_score: number | null;
                            exploited_in_the_wild: boolean;
                            priority_score: number;
                            epss: number | null;
                            published_at: string | null;
                            modified_at: string | null;
                        }[];
                        /** @description How many there are; with `total_exact: false` at least so many */
                        total: number;
                        total_exact: boolean;
                        page: number;
                        page_size: number;
                        total_pages: number;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listExploited: {
        parameters: {
            query?: {
                /** @description Which page, from 1 */
                page?: number;
                /** @description How many a page */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            cve_id: string;
                            title: string | null;
                            description: string | null;
                            /** @enum {unknown} */
                            severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE" | "UNKNOWN";
                            cvss_score: number | null;
                            exploited_in_the_wild: boolean;
                            priority_score: number;
                            epss: number | null;
                            published_at: string | null;
                            modified_at: string | null;
                            exploited_since: string | null;
                            cisa_due_date: string | null;
                            required_action: string | null;
                            ransomware: boolean | null;
                        }[];
                        /** @description How many there are; with `total_exact: false` at least so many */
                        total: number;
                        total_exact: boolean;
                        page: number;
                        page_size: number;
                        total_pages: number;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRecent: {
        parameters: {
            query?: {
                /** @description In so many days, and today */
                days?: number;
                /** @description Which page, from 1 */
                page?: number;
                /** @description How many a page */
                page_size?: number;
                /** @description The next page, to any depth: `next_cursor` of the one before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            cve_id: string;
                            title: string | null;
                            description: string | null;
                            /** @enum {unknown} */
                            severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE" | "UNKNOWN";
                            cvss_score: number | null;
                            exploited_in_the_wild: boolean;
                            priority_score: number;
                            epss: number | null;
                            published_at: string | null;
                            modified_at: string | null;
                        }[];
                        /** @description How many there are; with `total_exact: false` at least so many */
                        total: number;
                        total_exact: boolean;
                        page: number;
                        page_size: number;
                        total_pages: number;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOfVendor: {
        parameters: {
            query?: {
                /** @description The order; unless it is said, by relevance where `q` has words, and otherwise by priority */
                sort_by?: "priority_score" | "priority" | "cvss_score" | "cvss" | "epss" | "published_at" | "published" | "modified_at" | "modified" | "relevance";
                /** @description What has no score or date comes last both ways */
                sort_order?: "desc" | "asc";
                /** @description Which page, from 1 */
                page?: number;
                /** @description How many a page */
                page_size?: number;
                /** @description The next page, to any depth: `next_cursor` of the one before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @example microsoft */
                vendor: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            cve_id: string;
                            title: string | null;
                            description: string | null;
                            /** @enum {unknown} */
                            severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE" | "UNKNOWN";
                            cvss_score: number | null;
                            exploited_in_the_wild: boolean;
                            priority_score: number;
                            epss: number | null;
                            published_at: string | null;
                            modified_at: string | null;
                        }[];
                        /** @description How many there are; with `total_exact: false` at least so many */
                        total: number;
                        total_exact: boolean;
                        page: number;
                        page_size: number;
                        total_pages: number;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVulnerability: {
        parameters: {
            query?: {
                /**
                 * @description As it was known here then: a day, which stands for its end, or a moment
                 * @example 2024-05-01
                 */
                as_of?: string;
            };
            header?: never;
            path: {
                /** @example CVE-2021-44228 */
                cve: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cve_id: string;
                        title: string | null;
                        description: string | null;
                        /** @enum {unknown} */
                        severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE" | "UNKNOWN";
                        cvss_score: number | null;
                        exploited_in_the_wild: boolean;
                        priority_score: number;
                        epss: number | null;
                        published_at: string | null;
                        modified_at: string | null;
                        /** @enum {unknown} */
                        state: "published" | "rejected" | "reserved" | "withdrawn";
                        cvss_version: string | null;
                        cvss_vector: string | null;
                        exploited_since: string | null;
                        cisa_due_date: string | null;
                        required_action: string | null;
                        ransomware: boolean | null;
                        public_exploit: boolean;
                        ssvc: {
                            exploitation: ("none" | "poc" | "active") | null;
                            automatable: boolean | null;
                            technical_impact: ("partial" | "total") | null;
                            at: string | null;
                        } | null;
                        cvss: {
                            /** @enum {unknown} */
                            version: "2.0" | "3.0" | "3.1" | "4.0";
                            score: number;
                            vector: string | null;
                            /** @enum {unknown} */
                            severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE";
                            /** @enum {unknown} */
                            role: "cna" | "nvd" | "cisa_adp" | "other";
                            /** @description Who assessed, as the source names it */
                            provider: string;
                            type: ("primary" | "secondary") | null;
                            /** @description Who says so */
                            source: string;
                        }[];
                        cwe_ids: string[];
                        affected_products: {
                            /** @description Empty when the source names none */
                            vendor: string;
                            product: string;
                            /**
                             * @description Application, operating system or hardware
                             * @enum {unknown}
                             */
                            part?: "a" | "o" | "h";
                            /** @description The software that it is made for, such as wordpress */
                            target?: string;
                            versions: (string | {
                                /** @description The first version, unless `from_excluded`; none: all before */
                                from?: string;
                                /** @enum {boolean} */
                                from_excluded?: true;
                                /** @description The last version, unless `to_excluded`; none: all after */
                                to?: string;
                                /** @enum {boolean} */
                                to_excluded?: true;
                                /** @description How the versions are ordered; of CPE's there is none */
                                type?: string;
                                /**
                                 * @description Without it: affected
                                 * @enum {unknown}
                                 */
                                status?: "unaffected" | "unknown";
                            })[];
                            /**
                             * @description Of versions that are not listed
                             * @enum {unknown}
                             */
                            default_status?: "affected" | "unaffected" | "unknown";
                            platforms?: string[];
                            package?: string;
                            collection?: string;
                            repo?: string;
                            cpes?: string[];
                            /** @description Who says so */
                            source: string;
                        }[];
                        vendors: string[];
                        products: string[];
                        references: {
                            url: string;
                            tags?: string[];
                            name?: string;
                            sources: string[];
                        }[];
                        sources: string[];
                        source_tags: string[];
                        aliases: string[];
                        scored_on: string | null;
                        /**
                         * Format: date-time
                         * @description UTC
                         */
                        created_at: string;
                        /**
                         * Format: date-time
                         * @description UTC
                         */
                        updated_at: string;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVulnerabilitySources: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example CVE-2021-44228 */
                cve: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cve_id: string;
                        /** @description What each source says now; `published_record` is what it said before it rejected the CVE */
                        sources: {
                            source: string;
                            /** @description The source took it back: it does not list the CVE any more */
                            withdrawn: boolean;
                            record: {
                                /** @enum {unknown} */
                                state: "published" | "rejected" | "reserved";
                                title: string | null;
                                description: string | null;
                                published_at: string | null;
                                modified_at: string | null;
                                severity: ("CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE") | null;
                                cvss: {
                                    /** @enum {unknown} */
                                    version: "2.0" | "3.0" | "3.1" | "4.0";
                                    score: number;
                                    vector: string | null;
                                    /** @enum {unknown} */
                                    severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE";
                                    /** @enum {unknown} */
                                    role: "cna" | "nvd" | "cisa_adp" | "other";
                                    /** @description Who assessed, as the source names it */
                                    provider: string;
                                    type: ("primary" | "secondary") | null;
                                }[];
                                cwe_ids: string[];
                                affected_products: {
                                    /** @description Empty when the source names none */
                                    vendor: string;
                                    product: string;
                                    /**
                                     * @description Application, operating system or hardware
                                     * @enum {unknown}
                                     */
                                    part?: "a" | "o" | "h";
                                    /** @description The software that it is made for, such as wordpress */
                                    target?: string;
                                    versions: (string | {
                                        /** @description The first version, unless `from_excluded`; none: all before */
                                        from?: string;
                                        /** @enum {boolean} */
                                        from_excluded?: true;
                                        /** @description The last version, unless `to_excluded`; none: all after */
                                        to?: string;
                                        /** @enum {boolean} */
                                        to_excluded?: true;
                                        /** @description How the versions are ordered; of CPE's there is none */
                                        type?: string;
                                        /**
                                         * @description Without it: affected
                                         * @enum {unknown}
                                         */
                                        status?: "unaffected" | "unknown";
                                    })[];
                                    /**
                                     * @description Of versions that are not listed
                                     * @enum {unknown}
                                     */
                                    default_status?: "affected" | "unaffected" | "unknown";
                                    platforms?: string[];
                                    package?: string;
                                    collection?: string;
                                    repo?: string;
                                    cpes?: string[];
                                }[];
                                references: {
                                    url: string;
                                    tags?: string[];
                                    name?: string;
                                }[];
                                exploited: {
                                    since: string | null;
                                    due: string | null;
                                    action: string | null;
                                    ransomware: boolean | null;
                                } | null;
                                ssvc: {
                                    exploitation: ("none" | "poc" | "active") | null;
                                    automatable: boolean | null;
                                    technical_impact: ("partial" | "total") | null;
                                    at: string | null;
                                } | null;
                                source_tags: string[];
                                /** @description The sources that it was merged from before it came here */
                                origins: string[];
                                aliases: string[];
                            };
                            published_record: {
                                /** @enum {unknown} */
                                state: "published" | "rejected" | "reserved";
                                title: string | null;
                                description: string | null;
                                published_at: string | null;
                                modified_at: string | null;
                                severity: ("CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE") | null;
                                cvss: {
                                    /** @enum {unknown} */
                                    version: "2.0" | "3.0" | "3.1" | "4.0";
                                    score: number;
                                    vector: string | null;
                                    /** @enum {unknown} */
                                    severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE";
                                    /** @enum {unknown} */
                                    role: "cna" | "nvd" | "cisa_adp" | "other";
                                    /** @description Who assessed, as the source names it */
                                    provider: string;
                                    type: ("primary" | "secondary") | null;
                                }[];
                                cwe_ids: string[];
                                affected_products: {
                                    /** @description Empty when the source names none */
                                    vendor: string;
                                    product: string;
                                    /**
                                     * @description Application, operating system or hardware
                                     * @enum {unknown}
                                     */
                                    part?: "a" | "o" | "h";
                                    /** @description The software that it is made for, such as wordpress */
                                    target?: string;
                                    versions: (string | {
                                        /** @description The first version, unless `from_excluded`; none: all before */
                                        from?: string;
                                        /** @enum {boolean} */
                                        from_excluded?: true;
                                        /** @description The last version, unless `to_excluded`; none: all after */
                                        to?: string;
                                        /** @enum {boolean} */
                                        to_excluded?: true;
                                        /** @description How the versions are ordered; of CPE's there is none */
                                        type?: string;
                                        /**
                                         * @description Without it: affected
                                         * @enum {unknown}
                                         */
                                        status?: "unaffected" | "unknown";
                                    })[];
                                    /**
                                     * @description Of versions that are not listed
                                     * @enum {unknown}
                                     */
                                    default_status?: "affected" | "unaffected" | "unknown";
                                    platforms?: string[];
                                    package?: string;
                                    collection?: string;
                                    repo?: string;
                                    cpes?: string[];
                                }[];
                                references: {
                                    url: string;
                                    tags?: string[];
                                    name?: string;
                                }[];
                                exploited: {
                                    since: string | null;
                                    due: string | null;
                                    action: string | null;
                                    ransomware: boolean | null;
                                } | null;
                                ssvc: {
                                    exploitation: ("none" | "poc" | "active") | null;
                                    automatable: boolean | null;
                                    technical_impact: ("partial" | "total") | null;
                                    at: string | null;
                                } | null;
                                source_tags: string[];
                                /** @description The sources that it was merged from before it came here */
                                origins: string[];
                                aliases: string[];
                            } | null;
                        }[];
                        fields: {
                            /** @description A column of the merged record */
                            field: string;
                            /** @enum {unknown} */
                            rule: "first of precedence" | "union" | "newest" | "any";
                            /** @description The most trusted source first */
                            said: {
                                source: string;
                                value: (string | number | boolean | null) | {
                                    exploitation: ("none" | "poc" | "active") | null;
                                    automatable: boolean | null;
                                    technical_impact: ("partial" | "total") | null;
                                    at: string | null;
                                } | {
                                    /** @enum {unknown} */
                                    version: "2.0" | "3.0" | "3.1" | "4.0";
                                    score: number;
                                    vector: string | null;
                                    /** @enum {unknown} */
                                    severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE";
                                    /** @enum {unknown} */
                                    role: "cna" | "nvd" | "cisa_adp" | "other";
                                    /** @description Who assessed, as the source names it */
                                    provider: string;
                                    type: ("primary" | "secondary") | null;
                                } | string[] | {
                                    /** @description Empty when the source names none */
                                    vendor: string;
                                    product: string;
                                    /**
                                     * @description Application, operating system or hardware
                                     * @enum {unknown}
                                     */
                                    part?: "a" | "o" | "h";
                                    /** @description The software that it is made for, such as wordpress */
                                    target?: string;
                                    versions: (string | {
                                        /** @description The first version, unless `from_excluded`; none: all before */
                                        from?: string;
                                        /** @enum {boolean} */
                                        from_excluded?: true;
                                        /** @description The last version, unless `to_excluded`; none: all after */
                                        to?: string;
                                        /** @enum {boolean} */
                                        to_excluded?: true;
                                        /** @description How the versions are ordered; of CPE's there is none */
                                        type?: string;
                                        /**
                                         * @description Without it: affected
                                         * @enum {unknown}
                                         */
                                        status?: "unaffected" | "unknown";
                                    })[];
                                    /**
                                     * @description Of versions that are not listed
                                     * @enum {unknown}
                                     */
                                    default_status?: "affected" | "unaffected" | "unknown";
                                    platforms?: string[];
                                    package?: string;
                                    collection?: string;
                                    repo?: string;
                                    cpes?: string[];
                                }[] | {
                                    since: string | null;
                                    due: string | null;
                                    action: string | null;
                                    ransomware: boolean | null;
                                }[];
                                /** @description It is in the merged record */
                                stands: boolean;
                            }[];
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVulnerabilityHistory: {
        parameters: {
            query?: {
                /** @description Which page, from 1 */
                page?: number;
                /** @description How many a page */
                page_size?: number;
            };
            header?: never;
            path: {
                /** @example CVE-2021-44228 */
                cve: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * Format: date-time
                             * @description UTC
                             */
                            changed_at: string;
                            /** @description Whose word changed it; `retention`, without changes: what was before is not kept any more */
                            source: string;
                            run_id: number | null;
                            changes: ({
                                /** @enum {unknown} */
                                field: "cve_id" | "state" | "title" | "description" | "cvss_score" | "cvss_version" | "cvss_vector" | "severity" | "published_at" | "modified_at" | "exploited_in_the_wild" | "exploited_since" | "cisa_due_date" | "required_action" | "ransomware" | "public_exploit" | "ssvc" | "cvss" | "cwe_ids" | "affected_products" | "vendors" | "products" | "references" | "sources" | "source_tags" | "aliases";
                                from: (string | number | boolean | null) | {
                                    exploitation: ("none" | "poc" | "active") | null;
                                    automatable: boolean | null;
                                    technical_impact: ("partial" | "total") | null;
                                    at: string | null;
                                };
                                to: (string | number | boolean | null) | {
                                    exploitation: ("none" | "poc" | "active") | null;
                                    automatable: boolean | null;
                                    technical_impact: ("partial" | "total") | null;
                                    at: string | null;
                                };
                            } | {
                                /** @enum {unknown} */
                                field: "cve_id" | "state" | "title" | "description" | "cvss_score" | "cvss_version" | "cvss_vector" | "severity" | "published_at" | "modified_at" | "exploited_in_the_wild" | "exploited_since" | "cisa_due_date" | "required_action" | "ransomware" | "public_exploit" | "ssvc" | "cvss" | "cwe_ids" | "affected_products" | "vendors" | "products" | "references" | "sources" | "source_tags" | "aliases";
                                added: (string | {
                                    /** @enum {unknown} */
                                    version: "2.0" | "3.0" | "3.1" | "4.0";
                                    score: number;
                                    vector: string | null;
                                    /** @enum {unknown} */
                                    severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE";
                                    /** @enum {unknown} */
                                    role: "cna" | "nvd" | "cisa_adp" | "other";
                                    /** @description Who assessed, as the source names it */
                                    provider: string;
                                    type: ("primary" | "secondary") | null;
                                    /** @description Who says so */
                                    source: string;
                                } | {
                                    /** @description Empty when the source names none */
                                    vendor: string;
                                    product: string;
                                    /**
                                     * @description Application, operating system or hardware
                                     * @enum {unknown}
                                     */
                                    part?: "a" | "o" | "h";
                                    /** @description The software that it is made for, such as wordpress */
                                    target?: string;
                                    versions: (string | {
                                        /** @description The first version, unless `from_excluded`; none: all before */
                                        from?: string;
                                        /** @enum {boolean} */
                                        from_excluded?: true;
                                        /** @description The last version, unless `to_excluded`; none: all after */
                                        to?: string;
                                        /** @enum {boolean} */
                                        to_excluded?: true;
                                        /** @description How the versions are ordered; of CPE's there is none */
                                        type?: string;
                                        /**
                                         * @description Without it: affected
                                         * @enum {unknown}
                                         */
                                        status?: "unaffected" | "unknown";
                                    })[];
                                    /**
                                     * @description Of versions that are not listed
                                     * @enum {unknown}
                                     */
                                    default_status?: "affected" | "unaffected" | "unknown";
                                    platforms?: string[];
                                    package?: string;
                                    collection?: string;
                                    repo?: string;
                                    cpes?: string[];
                                    /** @description Who says so */
                                    source: string;
                                } | {
                                    url: string;
                                    tags?: string[];
                                    name?: string;
                                    sources: string[];
                                })[];
                                removed: (string | {
                                    /** @enum {unknown} */
                                    version: "2.0" | "3.0" | "3.1" | "4.0";
                                    score: number;
                                    vector: string | null;
                                    /** @enum {unknown} */
                                    severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE";
                                    /** @enum {unknown} */
                                    role: "cna" | "nvd" | "cisa_adp" | "other";
                                    /** @description Who assessed, as the source names it */
                                    provider: string;
                                    type: ("primary" | "secondary") | null;
                                    /** @description Who says so */
                                    source: string;
                                } | {
                                    /** @description Empty when the source names none */
                                    vendor: string;
                                    product: string;
                                    /**
                                     * @description Application, operating system or hardware
                                     * @enum {unknown}
                                     */
                                    part?: "a" | "o" | "h";
                                    /** @description The software that it is made for, such as wordpress */
                                    target?: string;
                                    versions: (string | {
                                        /** @description The first version, unless `from_excluded`; none: all before */
                                        from?: string;
                                        /** @enum {boolean} */
                                        from_excluded?: true;
                                        /** @description The last version, unless `to_excluded`; none: all after */
                                        to?: string;
                                        /** @enum {boolean} */
                                        to_excluded?: true;
                                        /** @description How the versions are ordered; of CPE's there is none */
                                        type?: string;
                                        /**
                                         * @description Without it: affected
                                         * @enum {unknown}
                                         */
                                        status?: "unaffected" | "unknown";
                                    })[];
                                    /**
                                     * @description Of versions that are not listed
                                     * @enum {unknown}
                                     */
                                    default_status?: "affected" | "unaffected" | "unknown";
                                    platforms?: string[];
                                    package?: string;
                                    collection?: string;
                                    repo?: string;
                                    cpes?: string[];
                                    /** @description Who says so */
                                    source: string;
                                } | {
                                    url: string;
                                    tags?: string[];
                                    name?: string;
                                    sources: string[];
                                })[];
                            })[];
                        }[];
                        /** @description How many there are; with `total_exact: false` at least so many */
                        total: number;
                        total_exact: boolean;
                        page: number;
                        page_size: number;
                        total_pages: number;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVulnerabilityPriority: {
        parameters: {
            query?: {
                /**
                 * @description As it was known here then: a day, which stands for its end, or a moment
                 * @example 2024-05-01
                 */
                as_of?: string;
            };
            header?: never;
            path: {
                /** @example CVE-2021-44228 */
                cve: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cve_id: string;
                        score: number;
                        scored_on: string | null;
                        factors: {
                            /** @enum {unknown} */
                            name: "exploited" | "cvss" | "epss" | "ransomware" | "public_exploit" | "recency";
                            meaning: string;
                            value: number;
                            weight: number;
                            /** @description value × weight: what it adds to the score */
                            share: number;
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVulnerabilityTechniques: {
        parameters: {
            query?: {
                /** @description At most so many */
                limit?: number;
            };
            header?: never;
            path: {
                /** @example CVE-2021-44228 */
                cve: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cve_id: string;
                        /** @description Somebody who looked into the CVE says so */
                        mapped: {
                            technique_id: string;
                            name: string | null;
                            tactics: string[];
                            state: ("active" | "deprecated" | "revoked" | "withdrawn") | null;
                            revoked_by: string | null;
                            /** @enum {boolean} */
                            derived: false;
                            source: string;
                            mapping_type: string;
                            comment: string | null;
                            references: string[];
                        }[];
                        /** @description Nobody says so: it follows from its weaknesses, by the catalogues */
                        derived: {
                            technique_id: string;
                            name: string | null;
                            tactics: string[];
                            state: ("active" | "deprecated" | "revoked" | "withdrawn") | null;
                            revoked_by: string | null;
                            /** @enum {boolean} */
                            derived: true;
                            via: {
                                weakness_id: string;
                                attack_pattern_id: string;
                            }[];
                        }[];
                        /** @description How many follow, with those that are not listed */
                        derived_count: number;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVulnerabilityIndicators: {
        parameters: {
            query?: {
                /** @description At most so many */
                limit?: number;
            };
            header?: never;
            path: {
                /** @example CVE-2021-44228 */
                cve: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cve_id: string;
                        total: number;
                        /** @description false: there are more */
                        total_exact: boolean;
                        /** @description Active and latest first */
                        items: {
                            /**
                             * @example ip
                             * @enum {unknown}
                             */
                            ioc_type: "url" | "domain" | "ip" | "hash" | "email";
                            value: string;
                            threat_type: string | null;
                            /** @description Families of malware */
                            malware: string[];
                            tags: string[];
                            confidence: number | null;
                            /** @enum {unknown} */
                            status: "active" | "inactive" | "expired";
                            first_seen: string | null;
                            last_seen: string | null;
                            expires_at: string | null;
                            /** @description Who reports it, the best known first */
                            sources: string[];
                            source_url: string | null;
                            /** @description What sources say beside it: a port, a file name, … */
                            context: {
                                [key: string]: string | number;
                            };
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVulnerabilityEpss: {
        parameters: {
            query?: {
                /**
                 * @description As it was known here then: a day, which stands for its end, or a moment
                 * @example 2024-05-01
                 */
                as_of?: string;
            };
            header?: never;
            path: {
                /** @example CVE-2021-44228 */
                cve: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cve_id: string;
                        epss: number | null;
                        percentile: number | null;
                        day: string | null;
                        /** @description Oldest first: a point for each day on which it had moved */
                        history: {
                            /** Format: date */
                            day: string;
                            epss: number;
                            percentile: number;
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search: {
        parameters: {
            query?: {
                /**
                 * @description What to find, in the query language; nothing finds all
                 * @example log4j severity:critical
                 */
                q?: string;
                /** @description The order; without it relevance where there are words, otherwise priority */
                sort?: "relevance" | "priority" | "cvss" | "epss" | "published" | "modified";
                /** @description desc: best or newest first. What has no score or date comes last */
                order?: "desc" | "asc";
                /** @description Which page, from 1 */
                page?: number;
                /** @description How many a page */
                page_size?: number;
                /** @description The next page: `next_cursor` of the one before */
                cursor?: string;
                /** @description Count all matches, also beyond 10,000 */
                exact?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The query as it was understood */
                        query: string;
                        /** @enum {unknown} */
                        sort: "relevance" | "priority" | "cvss" | "epss" | "published" | "modified";
                        /** @enum {unknown} */
                        order: "desc" | "asc";
                        items: {
                            cve_id: string;
                            title: string | null;
                            description: string | null;
                            /** @enum {unknown} */
                            severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE" | "UNKNOWN";
                            cvss_score: number | null;
                            exploited_in_the_wild: boolean;
                            priority_score: number;
                            epss: number | null;
                            published_at: string | null;
                            modified_at: string | null;
                            highlights: {
                                /** @description Where words of the query stand: begin and end, counted in UTF-16 code units */
                                title: number[][];
                                /** @description Where words of the query stand: begin and end, counted in UTF-16 code units */
                                description: number[][];
                            };
                            because: {
                                /** @description Who says so */
                                source: string;
                                vendor: string;
                                product: string;
                                /**
                                 * @description version: it is listed by itself; range: it lies in `range`; all: every version is affected; default: so are versions that are not listed; product: no version was asked for
                                 * @enum {unknown}
                                 */
                                match: "version" | "range" | "all" | "default" | "product";
                                version: string | null;
                                range: {
                                    /** @description The first version, unless `from_excluded`; none: all before */
                                    from?: string;
                                    /** @enum {boolean} */
                                    from_excluded?: true;
                                    /** @description The last version, unless `to_excluded`; none: all after */
                                    to?: string;
                                    /** @enum {boolean} */
                                    to_excluded?: true;
                                    /** @description How the versions are ordered; of CPE's there is none */
                                    type?: string;
                                    /**
                                     * @description Without it: affected
                                     * @enum {unknown}
                                     */
                                    status?: "unaffected" | "unknown";
                                } | null;
                            } | null;
                        }[];
                        /** @description How many there are; with `total_exact: false` at least so many */
                        total: number;
                        total_exact: boolean;
                        page: number;
                        page_size: number;
                        total_pages: number;
                        next_cursor: string | null;
                        /** @description Words that were not taken as they are written */
                        meanings: {
                            typed: string;
                            /** @description What it was taken for */
                            as: string;
                            /**
                             * @description beginning: of a word; correction: of a slip; unknown: nothing is like it
                             * @enum {unknown}
                             */
                            how: "beginning" | "correction" | "unknown";
                        }[];
                        /** @description Vendors and products of the query that no record has */
                        unknown_names: {
                            /** @enum {unknown} */
                            field: "vendor" | "product";
                            typed: string;
                            perhaps: string | null;
                        }[];
                        /** @description How long the search took, in milliseconds */
                        took_ms: number;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchFacets: {
        parameters: {
            query?: {
                /**
                 * @description What to find, in the query language; nothing finds all
                 * @example log4j severity:critical
                 */
                q?: string;
                /** @description So many values of each */
                limit?: number;
                /** @description Only these; may be repeated */
                facet?: ("severity" | "vendor" | "product" | "cwe" | "year" | "source" | "kev" | "exploited" | "tactic")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The query as it was understood */
                        query: string;
                        /** @description How many CVEs match: all are counted */
                        total: number;
                        /** @description Whether all matches were counted */
                        exact: boolean;
                        facets: {
                            /** @enum {unknown} */
                            name: "severity" | "vendor" | "product" | "cwe" | "year" | "source" | "kev" | "exploited" | "tactic";
                            values: {
                                value: string;
                                count: number;
                                /** @description The condition to add to the query, to see only these */
                                query: string;
                            }[];
                            /** @description How many values there are */
                            distinct: number;
                        }[];
                        /** @description Words that were not taken as they are written */
                        meanings: {
                            typed: string;
                            /** @description What it was taken for */
                            as: string;
                            /**
                             * @description beginning: of a word; correction: of a slip; unknown: nothing is like it
                             * @enum {unknown}
                             */
                            how: "beginning" | "correction" | "unknown";
                        }[];
                        took_ms: number;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchSuggest: {
        parameters: {
            query?: {
                /** @description What is typed so far */
                q?: string;
                /** @description Where the cursor stands; without it at the end */
                position?: number;
                /** @description At most so many */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A suggestion takes the place of the text from here … */
                        from: number;
                        /** @description … to here */
                        to: number;
                        suggestions: {
                            /** @enum {unknown} */
                            kind: "cve" | "field" | "value" | "vendor" | "product" | "weakness" | "technique" | "tactic" | "word";
                            text: string;
                            label: string | null;
                            count: number | null;
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lookupVulnerabilities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @example [
                     *       "CVE-2021-44228",
                     *       "CVE-2014-0160"
                     *     ]
                     */
                    ids: string[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description In the order in which they were asked for, each once */
                        items: {
                            cve_id: string;
                            title: string | null;
                            description: string | null;
                            /** @enum {unknown} */
                            severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE" | "UNKNOWN";
                            cvss_score: number | null;
                            exploited_in_the_wild: boolean;
                            priority_score: number;
                            epss: number | null;
                            published_at: string | null;
                            modified_at: string | null;
                            /** @enum {unknown} */
                            state: "published" | "rejected" | "reserved" | "withdrawn";
                            cvss_version: string | null;
                            cvss_vector: string | null;
                            exploited_since: string | null;
                            cisa_due_date: string | null;
                            required_action: string | null;
                            ransomware: boolean | null;
                            public_exploit: boolean;
                            ssvc: {
                                exploitation: ("none" | "poc" | "active") | null;
                                automatable: boolean | null;
                                technical_impact: ("partial" | "total") | null;
                                at: string | null;
                            } | null;
                            cvss: {
                                /** @enum {unknown} */
                                version: "2.0" | "3.0" | "3.1" | "4.0";
                                score: number;
                                vector: string | null;
                                /** @enum {unknown} */
                                severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE";
                                /** @enum {unknown} */
                                role: "cna" | "nvd" | "cisa_adp" | "other";
                                /** @description Who assessed, as the source names it */
                                provider: string;
                                type: ("primary" | "secondary") | null;
                                /** @description Who says so */
                                source: string;
                            }[];
                            cwe_ids: string[];
                            affected_products: {
                                /** @description Empty when the source names none */
                                vendor: string;
                                product: string;
                                /**
                                 * @description Application, operating system or hardware
                                 * @enum {unknown}
                                 */
                                part?: "a" | "o" | "h";
                                /** @description The software that it is made for, such as wordpress */
                                target?: string;
                                versions: (string | {
                                    /** @description The first version, unless `from_excluded`; none: all before */
                                    from?: string;
                                    /** @enum {boolean} */
                                    from_excluded?: true;
                                    /** @description The last version, unless `to_excluded`; none: all after */
                                    to?: string;
                                    /** @enum {boolean} */
                                    to_excluded?: true;
                                    /** @description How the versions are ordered; of CPE's there is none */
                                    type?: string;
                                    /**
                                     * @description Without it: affected
                                     * @enum {unknown}
                                     */
                                    status?: "unaffected" | "unknown";
                                })[];
                                /**
                                 * @description Of versions that are not listed
                                 * @enum {unknown}
                                 */
                                default_status?: "affected" | "unaffected" | "unknown";
                                platforms?: string[];
                                package?: string;
                                collection?: string;
                                repo?: string;
                                cpes?: string[];
                                /** @description Who says so */
                                source: string;
                            }[];
                            vendors: string[];
                            products: string[];
                            references: {
                                url: string;
                                tags?: string[];
                                name?: string;
                                sources: string[];
                            }[];
                            sources: string[];
                            source_tags: string[];
                            aliases: string[];
                            scored_on: string | null;
                            /**
                             * Format: date-time
                             * @description UTC
                             */
                            created_at: string;
                            /**
                             * Format: date-time
                             * @description UTC
                             */
                            updated_at: string;
                        }[];
                        /** @description Ids of which no source speaks */
                        unknown: string[];
                        /** @description Texts that are no CVE ids, as they came */
                        malformed: string[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    findAffected: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    software: (string | {
                        /**
                         * @description Without it: of any vendor
                         * @example openssl
                         */
                        vendor?: string;
                        /**
                         * @description The name that CPE has for it
                         * @example openssl
                         */
                        product?: string;
                        /**
                         * @description Without it: any version
                         * @example 3.0.7
                         */
                        version?: string;
                    })[];
                    /**
                     * @description How many CVEs are listed for each
                     * @default 20
                     */
                    limit?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: {
                            asked: string | {
                                /**
                                 * @description Without it: of any vendor
                                 * @example openssl
                                 */
                                vendor?: string;
                                /**
                                 * @description The name that CPE has for it
                                 * @example openssl
                                 */
                                product?: string;
                                /**
                                 * @description Without it: any version
                                 * @example 3.0.7
                                 */
                                version?: string;
                            };
                            error: string | null;
                            /** @description How many CVEs affect it */
                            total: number;
                            /** @description false: there are more */
                            total_exact: boolean;
                            /** @description The most urgent of them, up to `limit` */
                            items: {
                                cve_id: string;
                                title: string | null;
                                description: string | null;
                                /** @enum {unknown} */
                                severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE" | "UNKNOWN";
                                cvss_score: number | null;
                                exploited_in_the_wild: boolean;
                                priority_score: number;
                                epss: number | null;
                                published_at: string | null;
                                modified_at: string | null;
                                because: {
                                    /** @description Who says so */
                                    source: string;
                                    vendor: string;
                                    product: string;
                                    /**
                                     * @description version: it is listed by itself; range: it lies in `range`; all: every version is affected; default: so are versions that are not listed; product: no version was asked for
                                     * @enum {unknown}
                                     */
                                    match: "version" | "range" | "all" | "default" | "product";
                                    version: string | null;
                                    range: {
                                        /** @description The first version, unless `from_excluded`; none: all before */
                                        from?: string;
                                        /** @enum {boolean} */
                                        from_excluded?: true;
                                        /** @description The last version, unless `to_excluded`; none: all after */
                                        to?: string;
                                        /** @enum {boolean} */
                                        to_excluded?: true;
                                        /** @description How the versions are ordered; of CPE's there is none */
                                        type?: string;
                                        /**
                                         * @description Without it: affected
                                         * @enum {unknown}
                                         */
                                        status?: "unaffected" | "unknown";
                                    } | null;
                                };
                            }[];
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listIndicators: {
        parameters: {
            query?: {
                /**
                 * @description Parts of the value, and fields such as `type:domain`, in the language of searches for indicators
                 * @example evil type:domain confidence:>0.7
                 */
                q?: string;
                /** @description The order */
                sort_by?: "last_seen" | "confidence" | "value";
                /** @description Without it `desc`, and `asc` by value; what has no date comes last both ways */
                sort_order?: "desc" | "asc";
                /** @description Which page, from 1 */
                page?: number;
                /** @description How many a page */
                page_size?: number;
                /** @description `next_cursor` of the page before: goes to any depth, where `page` ends at the 10,000th */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @example ip
                             * @enum {unknown}
                             */
                            ioc_type: "url" | "domain" | "ip" | "hash" | "email";
                            value: string;
                            threat_type: string | null;
                            /** @description Families of malware */
                            malware: string[];
                            tags: string[];
                            confidence: number | null;
                            /** @enum {unknown} */
                            status: "active" | "inactive" | "expired";
                            first_seen: string | null;
                            last_seen: string | null;
                            expires_at: string | null;
                            /** @description Who reports it, the best known first */
                            sources: string[];
                            source_url: string | null;
                            /** @description What sources say beside it: a port, a file name, … */
                            context: {
                                [key: string]: string | number;
                            };
                        }[];
                        /** @description How many there are; with `total_exact: false` at least so many */
                        total: number;
                        total_exact: boolean;
                        page: number;
                        page_size: number;
                        total_pages: number;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lookupIndicator: {
        parameters: {
            query: {
                /**
                 * @description The value
                 * @example 45.61.3[.]4
                 */
                value: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @example ip
                         * @enum {unknown}
                         */
                        ioc_type: "url" | "domain" | "ip" | "hash" | "email";
                        value: string;
                        threat_type: string | null;
                        /** @description Families of malware */
                        malware: string[];
                        tags: string[];
                        confidence: number | null;
                        /** @enum {unknown} */
                        status: "active" | "inactive" | "expired";
                        first_seen: string | null;
                        last_seen: string | null;
                        expires_at: string | null;
                        /** @description Who reports it, the best known first */
                        sources: string[];
                        source_url: string | null;
                        /** @description What sources say beside it: a port, a file name, … */
                        context: {
                            [key: string]: string | number;
                        };
                        reports: {
                            source: string;
                            threat_type: string | null;
                            malware: string | null;
                            tags: string[];
                            confidence: number | null;
                            active: boolean | null;
                            first_seen: string | null;
                            last_seen: string | null;
                            source_url: string | null;
                            /** @description What sources say beside it: a port, a file name, … */
                            context: {
                                [key: string]: string | number;
                            };
                            /**
                             * Format: date-time
                             * @description When it was last known that the source says so
                             */
                            reported_at: string;
                            withdrawn_at: string | null;
                        }[];
                        /** @description That its tags name */
                        cves: string[];
                        /** @description Groups and software of ATT&CK that its tags name */
                        actors: {
                            actor_id: string;
                            /** @enum {unknown} */
                            kind: "group" | "malware" | "tool";
                            name: string;
                            techniques: {
                                technique_id: string;
                                name: string | null;
                            }[];
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getIndicator: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ip */
                type: "url" | "domain" | "ip" | "hash" | "email";
                /** @example 45.61.3.4 */
                "*": string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @example ip
                         * @enum {unknown}
                         */
                        ioc_type: "url" | "domain" | "ip" | "hash" | "email";
                        value: string;
                        threat_type: string | null;
                        /** @description Families of malware */
                        malware: string[];
                        tags: string[];
                        confidence: number | null;
                        /** @enum {unknown} */
                        status: "active" | "inactive" | "expired";
                        first_seen: string | null;
                        last_seen: string | null;
                        expires_at: string | null;
                        /** @description Who reports it, the best known first */
                        sources: string[];
                        source_url: string | null;
                        /** @description What sources say beside it: a port, a file name, … */
                        context: {
                            [key: string]: string | number;
                        };
                        reports: {
                            source: string;
                            threat_type: string | null;
                            malware: string | null;
                            tags: string[];
                            confidence: number | null;
                            active: boolean | null;
                            first_seen: string | null;
                            last_seen: string | null;
                            source_url: string | null;
                            /** @description What sources say beside it: a port, a file name, … */
                            context: {
                                [key: string]: string | number;
                            };
                            /**
                             * Format: date-time
                             * @description When it was last known that the source says so
                             */
                            reported_at: string;
                            withdrawn_at: string | null;
                        }[];
                        /** @description That its tags name */
                        cves: string[];
                        /** @description Groups and software of ATT&CK that its tags name */
                        actors: {
                            actor_id: string;
                            /** @enum {unknown} */
                            kind: "group" | "malware" | "tool";
                            name: string;
                            techniques: {
                                technique_id: string;
                                name: string | null;
                            }[];
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkIndicators: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A text, such as a log */
                    text?: string;
                    /**
                     * @example [
                     *       "45.61.3[.]4"
                     *     ]
                     */
                    values?: string[];
                    /** @description Lists indicators that nobody reports, too */
                    unknown?: boolean;
                };
                /** @example GET http://evil[.]example/a.exe 45.61.3.4 */
                "text/plain": string;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        lines: number;
                        /** @description Different indicators that were looked up */
                        looked: number;
                        /** @description How many of `findings` somebody reports */
                        known: number;
                        /** @description Further findings that are not listed */
                        dropped: number;
                        findings: {
                            /** @description As it stands there */
                            typed: string;
                            /**
                             * @example ip
                             * @enum {unknown}
                             */
                            ioc_type: "url" | "domain" | "ip" | "hash" | "email";
                            value: string;
                            /** @description How many lines it stands in */
                            lines: number;
                            /** @description From 1 */
                            first_line: number;
                            /** @description The surest first; none: nobody reports it */
                            matches: {
                                /** @enum {unknown} */
                                way: "exact" | "host" | "registered_domain" | "parent_domain" | "network" | "url_on_host";
                                /** @description What the way of matching means */
                                meaning: string;
                                indicator: {
                                    /**
                                     * @example ip
                                     * @enum {unknown}
                                     */
                                    ioc_type: "url" | "domain" | "ip" | "hash" | "email";
                                    value: string;
                                    threat_type: string | null;
                                    /** @description Families of malware */
                                    malware: string[];
                                    tags: string[];
                                    confidence: number | null;
                                    /** @enum {unknown} */
                                    status: "active" | "inactive" | "expired";
                                    first_seen: string | null;
                                    last_seen: string | null;
                                    expires_at: string | null;
                                    /** @description Who reports it, the best known first */
                                    sources: string[];
                                    source_url: string | null;
                                    /** @description What sources say beside it: a port, a file name, … */
                                    context: {
                                        [key: string]: string | number;
                                    };
                                };
                            }[];
                        }[];
                        /** @description Values in which there is no indicator, and why */
                        no_indicators: {
                            typed: string;
                            reason: string;
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTechniques: {
        parameters: {
            query?: {
                /**
                 * @description Words, ids and fields, in the language of searches for techniques
                 * @example credential platform:windows
                 */
                q?: string;
                /**
                 * @description A tactic, by its short name
                 * @example initial-access
                 */
                tactic?: string;
                /**
                 * @description Where it is used
                 * @example Windows
                 */
                platform?: string;
                /** @description The matrix that it is in */
                domain?: "enterprise" | "mobile" | "ics";
                /** @description The order */
                sort_by?: "technique_id" | "name" | "cves";
                /** @description Without it `asc`, and `desc` by CVEs */
                sort_order?: "asc" | "desc";
                /** @description Which page, from 1 */
                page?: number;
                /** @description How many a page */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            technique_id: string;
                            name: string;
                            parent_id: string | null;
                            parent_name: string | null;
                            description: string | null;
                            /** @description Short names */
                            tactics: string[];
                            platforms: string[];
                            /** @description The matrices it is in */
                            domains: string[];
                            /** @enum {unknown} */
                            state: "active" | "deprecated" | "revoked" | "withdrawn";
                            revoked_by: string | null;
                            /** @description CVEs that are mapped to it or its sub-techniques */
                            cve_count: number;
                        }[];
                        /** @description How many there are; with `total_exact: false` at least so many */
                        total: number;
                        total_exact: boolean;
                        page: number;
                        page_size: number;
                        total_pages: number;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTechnique: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example T1059.001 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        technique_id: string;
                        name: string;
                        description: string | null;
                        tactics: {
                            short_name: string;
                            name: string;
                        }[];
                        platforms: string[];
                        data_sources: string[];
                        detection: string | null;
                        mitigation: string | null;
                        references: {
                            url: string;
                            tags?: string[];
                            name?: string;
                        }[];
                        domains: string[];
                        parent: {
                            technique_id: string;
                            name: string;
                        } | null;
                        sub_techniques: {
                            technique_id: string;
                            name: string;
                        }[];
                        /** @enum {unknown} */
                        state: "active" | "deprecated" | "revoked" | "withdrawn";
                        revoked_by: string | null;
                        url: string | null;
                        modified_at: string | null;
                        source: string;
                        /** @description Groups and software that use it, up to 100 of each kind */
                        actors: {
                            actor_id: string;
                            /** @enum {unknown} */
                            kind: "group" | "malware" | "tool";
                            name: string;
                            /** @enum {unknown} */
                            state: "active" | "deprecated" | "revoked" | "withdrawn";
                        }[];
                        actor_count: number;
                        /** @description CVEs that somebody mapped to it, the most urgent first, up to 100 */
                        cves: {
                            cve_id: string;
                            title: string | null;
                            severity: ("CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE" | "UNKNOWN") | null;
                            cvss_score: number | null;
                            exploited_in_the_wild: boolean | null;
                            priority_score: number | null;
                            mapping_types: string[];
                            /** @enum {boolean} */
                            derived: false;
                        }[];
                        /** @description CVEs that are mapped to it, without those of its sub-techniques */
                        cve_count: number;
                        /** @description CVEs with a weakness that leads here by an attack pattern: nobody says so of the CVE itself */
                        derived_cves: {
                            /** @enum {boolean} */
                            derived: true;
                            count: number;
                        };
                        /** @description That name it, or a group or software that uses it; the latest, up to 20 */
                        indicators: {
                            /**
                             * @example ip
                             * @enum {unknown}
                             */
                            ioc_type: "url" | "domain" | "ip" | "hash" | "email";
                            value: string;
                            threat_type: string | null;
                            /** @description Families of malware */
                            malware: string[];
                            tags: string[];
                            confidence: number | null;
                            /** @enum {unknown} */
                            status: "active" | "inactive" | "expired";
                            first_seen: string | null;
                            last_seen: string | null;
                            expires_at: string | null;
                            /** @description Who reports it, the best known first */
                            sources: string[];
                            source_url: string | null;
                            /** @description What sources say beside it: a port, a file name, … */
                            context: {
                                [key: string]: string | number;
                            };
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTactics: {
        parameters: {
            query?: {
                /**
                 * @description Counts only the CVEs that match, in the language of searches for CVEs
                 * @example vendor:microsoft
                 */
                q?: string;
                /** @description Only this matrix */
                domain?: "enterprise" | "mobile" | "ics";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Different CVEs that match and are mapped to any technique */
                        cve_count: number;
                        /** @description The tactics of each matrix, in its order */
                        items: {
                            tactic_id: string;
                            short_name: string;
                            name: string;
                            description: string | null;
                            /** @enum {unknown} */
                            domain: "enterprise" | "mobile" | "ics";
                            /** @description In its matrix, from the left */
                            position: number;
                            url: string | null;
                            techniques: {
                                technique_id: string;
                                name: string;
                                parent_id: string | null;
                                /** @description CVEs that are mapped to it or its sub-techniques */
                                cve_count: number;
                            }[];
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWeaknesses: {
        parameters: {
            query?: {
                /**
                 * @description An id, or words of the name or the description: all of them
                 * @example buffer overflow
                 */
                q?: string;
                /** @description The order */
                sort_by?: "cves" | "weakness_id" | "name";
                /** @description Which page, from 1 */
                page?: number;
                /** @description How many a page */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            weakness_id: string;
                            name: string;
                            description: string | null;
                            abstraction: string | null;
                            /** @enum {unknown} */
                            state: "active" | "deprecated" | "revoked" | "withdrawn";
                            cve_count: number;
                        }[];
                        /** @description How many there are; with `total_exact: false` at least so many */
                        total: number;
                        total_exact: boolean;
                        page: number;
                        page_size: number;
                        total_pages: number;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWeakness: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example CWE-79 */
                cwe: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        weakness_id: string;
                        name: string;
                        description: string | null;
                        abstraction: string | null;
                        /** @enum {unknown} */
                        state: "active" | "deprecated" | "revoked" | "withdrawn";
                        likelihood: string | null;
                        parents: {
                            weakness_id: string;
                            name: string | null;
                        }[];
                        children: {
                            weakness_id: string;
                            name: string | null;
                        }[];
                        consequences: {
                            scopes: string[];
                            impacts: string[];
                            note?: string;
                        }[];
                        mitigations: string[];
                        url: string | null;
                        attack_patterns: {
                            attack_pattern_id: string;
                            name: string;
                        }[];
                        /** @description To which it may lead, by attack patterns: nobody says so of any CVE */
                        techniques: {
                            technique_id: string;
                            name: string | null;
                            tactics: string[];
                            state: ("active" | "deprecated" | "revoked" | "withdrawn") | null;
                            revoked_by: string | null;
                            /** @enum {boolean} */
                            derived: true;
                            via: {
                                weakness_id: string;
                                attack_pattern_id: string;
                            }[];
                        }[];
                        technique_count: number;
                        /** @description The most urgent */
                        cves: {
                            cve_id: string;
                            title: string | null;
                            /** @enum {unknown} */
                            severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE" | "UNKNOWN";
                            cvss_score: number | null;
                            exploited_in_the_wild: boolean;
                            priority_score: number;
                        }[];
                        cve_count: number;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVendors: {
        parameters: {
            query?: {
                /**
                 * @description A part of the name
                 * @example micro
                 */
                q?: string;
                /** @description The order */
                sort_by?: "cves" | "name";
                /** @description Without it `desc` by CVEs, and `asc` by name */
                sort_order?: "desc" | "asc";
                /** @description Which page, from 1 */
                page?: number;
                /** @description How many a page */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description In its one spelling: lower case, words joined by _ */
                            name: string;
                            /** @description CVEs that affect it */
                            cve_count: number;
                        }[];
                        /** @description How many there are; with `total_exact: false` at least so many */
                        total: number;
                        total_exact: boolean;
                        page: number;
                        page_size: number;
                        total_pages: number;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProducts: {
        parameters: {
            query?: {
                /**
                 * @description A part of the name
                 * @example micro
                 */
                q?: string;
                /** @description The order */
                sort_by?: "cves" | "name";
                /** @description Without it `desc` by CVEs, and `asc` by name */
                sort_order?: "desc" | "asc";
                /** @description Which page, from 1 */
                page?: number;
                /** @description How many a page */
                page_size?: number;
                /**
                 * @description Only of this vendor
                 * @example microsoft
                 */
                vendor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description In its one spelling: lower case, words joined by _ */
                            name: string;
                            /** @description CVEs that affect it */
                            cve_count: number;
                        }[];
                        /** @description How many there are; with `total_exact: false` at least so many */
                        total: number;
                        total_exact: boolean;
                        page: number;
                        page_size: number;
                        total_pages: number;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description CVEs */
                        total: number;
                        exploited: number;
                        ransomware: number;
                        newest: {
                            cve_id: string;
                            /**
                             * Format: date-time
                             * @description UTC
                             */
                            published_at: string;
                        } | null;
                        by_severity: {
                            name: string;
                            count: number;
                        }[];
                        by_state: {
                            name: string;
                            count: number;
                        }[];
                        /** @description Records of vulnerabilities that are not withdrawn */
                        by_source: {
                            name: string;
                            count: number;
                        }[];
                        top_vendors: {
                            name: string;
                            count: number;
                        }[];
                        indicators: {
                            total: number;
                            active: number;
                            by_type: {
                                name: string;
                                count: number;
                            }[];
                        };
                        epss: {
                            scores: number;
                            /** Format: date */
                            day: string;
                        } | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTopVendors: {
        parameters: {
            query?: {
                /** @description How many */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            vendor: string;
                            count: number;
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTopWeaknesses: {
        parameters: {
            query?: {
                /** @description How many */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            cwe_id: string;
                            name: string | null;
                            count: number;
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSeverityDistribution: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        total: number;
                        /** @description Every severity, the worst first */
                        items: {
                            /** @enum {unknown} */
                            severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE" | "UNKNOWN";
                            count: number;
                            /** @description Of all */
                            share: number;
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTimeline: {
        parameters: {
            query?: {
                /** @description Weeks begin on Mondays */
                interval?: "day" | "week" | "month";
                /**
                 * @description The first day; without it 90 days, two years or ten years ago
                 * @example 2024-01-01
                 */
                from?: string;
                /**
                 * @description The last day; without it today
                 * @example 2024-01-01
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        interval: "day" | "week" | "month";
                        /** Format: date */
                        from: string;
                        /** Format: date */
                        to: string;
                        /** @description Every span, the earliest first */
                        items: {
                            /**
                             * Format: date
                             * @description The first day of the span, in UTC
                             */
                            start: string;
                            total: number;
                            critical: number;
                            high: number;
                            medium: number;
                            low: number;
                            none: number;
                            unknown: number;
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getIngestionHistory: {
        parameters: {
            query?: {
                /** @description How far back */
                days?: number;
                /**
                 * @description Of one source only
                 * @example nvd
                 */
                source?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        days: number;
                        /** @description The newest day first */
                        items: {
                            /** Format: date */
                            day: string;
                            source: string;
                            runs: number;
                            /** @description Runs that failed */
                            failed: number;
                            records_fetched: number;
                            records_inserted: number;
                            records_updated: number;
                            records_unchanged: number;
                            records_failed: number;
                            records_withdrawn: number;
                            duration_seconds: number;
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChanges: {
        parameters: {
            query?: {
                /** @description How far back */
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        days: number;
                        /** @description CVEs known here now, and so many days ago */
                        total: {
                            now: number;
                            before: number;
                        };
                        /** @description CVEs exploited now, and those of them that were listed so many days ago */
                        exploited: {
                            now: number;
                            before: number;
                        };
                        /** @description CVEs published in these days, and in as many before */
                        published: {
                            now: number;
                            before: number;
                        };
                        /** @description CVEs new here in these days, and in as many before */
                        added: {
                            now: number;
                            before: number;
                        };
                        /** @description CVEs whose record here last changed in these days, and in as many before */
                        changed: {
                            now: number;
                            before: number;
                        };
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEpssRisers: {
        parameters: {
            query?: {
                /** @description How far back */
                days?: number;
                /** @description How many */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        days: number;
                        /** @description The largest rise first */
                        items: {
                            cve_id: string;
                            title: string | null;
                            description: string | null;
                            /** @enum {unknown} */
                            severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "NONE" | "UNKNOWN";
                            cvss_score: number | null;
                            exploited_in_the_wild: boolean;
                            priority_score: number;
                            epss: number | null;
                            published_at: string | null;
                            modified_at: string | null;
                            epss_before: number;
                            /** Format: date */
                            epss_before_day: string;
                            rise: number;
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            connector: string | null;
                            title: string;
                            homepage: string | null;
                            licence: string | null;
                            attribution: string | null;
                            /** @description Without those that it withdrew */
                            records: number;
                            /**
                             * @description fresh or stale, by the last success; failing: the last sync failed; held: the last document looked strange; never: not asked yet; files: loaded from files; off: synced by hand only; needs_setting: a setting is missing
                             * @enum {unknown}
                             */
                            health: "fresh" | "stale" | "failing" | "held" | "never" | "files" | "off" | "needs_setting";
                            /** @description Somebody should look after it */
                            attention: boolean;
                            schedule: string | null;
                            needs: string | null;
                            stale_after_hours: number | null;
                            age_hours: number | null;
                            last_success_at: string | null;
                            last_attempt_at: string | null;
                            last_change_at: string | null;
                            released_at: string | null;
                            next_run_at: string | null;
                            failing_since: string | null;
                            /** @description One after the other */
                            failures: number;
                            last_error: string | null;
                            held: {
                                /**
                                 * Format: date-time
                                 * @description UTC
                                 */
                                since: string;
                                why: string;
                                document: string;
                            } | null;
                            /** @description It is being synced now */
                            syncing: boolean;
                        }[];
                        total: number;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example nvd */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        connector: string | null;
                        title: string;
                        homepage: string | null;
                        licence: string | null;
                        attribution: string | null;
                        /** @description Without those that it withdrew */
                        records: number;
                        /**
                         * @description fresh or stale, by the last success; failing: the last sync failed; held: the last document looked strange; never: not asked yet; files: loaded from files; off: synced by hand only; needs_setting: a setting is missing
                         * @enum {unknown}
                         */
                        health: "fresh" | "stale" | "failing" | "held" | "never" | "files" | "off" | "needs_setting";
                        /** @description Somebody should look after it */
                        attention: boolean;
                        schedule: string | null;
                        needs: string | null;
                        stale_after_hours: number | null;
                        age_hours: number | null;
                        last_success_at: string | null;
                        last_attempt_at: string | null;
                        last_change_at: string | null;
                        released_at: string | null;
                        next_run_at: string | null;
                        failing_since: string | null;
                        /** @description One after the other */
                        failures: number;
                        last_error: string | null;
                        held: {
                            /**
                             * Format: date-time
                             * @description UTC
                             */
                            since: string;
                            why: string;
                            document: string;
                        } | null;
                        /** @description It is being synced now */
                        syncing: boolean;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRuns: {
        parameters: {
            query?: {
                /**
                 * @description Of one source only
                 * @example nvd
                 */
                source?: string;
                /** @description In one state only */
                status?: "running" | "success" | "failed";
                /** @description Which page, from 1 */
                page?: number;
                /** @description How many a page */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: number;
                            source: string;
                            label: string | null;
                            /** @enum {unknown} */
                            status: "running" | "success" | "failed";
                            records_fetched: number;
                            records_inserted: number;
                            records_updated: number;
                            records_unchanged: number;
                            /** @description Records that could not be used */
                            records_failed: number;
                            records_withdrawn: number;
                            /**
                             * Format: date-time
                             * @description UTC
                             */
                            started_at: string;
                            completed_at: string | null;
                            duration_seconds: number | null;
                            error_message: string | null;
                            /** @description What is worth knowing, and how often it happened */
                            notes: {
                                note: string;
                                times: number;
                            }[];
                        }[];
                        /** @description How many there are; with `total_exact: false` at least so many */
                        total: number;
                        total_exact: boolean;
                        page: number;
                        page_size: number;
                        total_pages: number;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: number;
                        source: string;
                        label: string | null;
                        /** @enum {unknown} */
                        status: "running" | "success" | "failed";
                        records_fetched: number;
                        records_inserted: number;
                        records_updated: number;
                        records_unchanged: number;
                        /** @description Records that could not be used */
                        records_failed: number;
                        records_withdrawn: number;
                        /**
                         * Format: date-time
                         * @description UTC
                         */
                        started_at: string;
                        completed_at: string | null;
                        duration_seconds: number | null;
                        error_message: string | null;
                        /** @description What is worth knowing, and how often it happened */
                        notes: {
                            note: string;
                            times: number;
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRejected: {
        parameters: {
            query?: {
                /** @description Which page, from 1 */
                page?: number;
                /** @description How many a page */
                page_size?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: number;
                            run_id: number;
                            source: string;
                            document: string;
                            /** @description Where in the document it is */
                            place: string;
                            reason: string;
                            /** @description How it begins */
                            excerpt: string;
                        }[];
                        /** @description How many there are; with `total_exact: false` at least so many */
                        total: number;
                        total_exact: boolean;
                        page: number;
                        page_size: number;
                        total_pages: number;
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    feedRss: {
        parameters: {
            query?: {
                /**
                 * @description Which CVEs, in the query language; without it all
                 * @example vendor:microsoft severity:(high,critical)
                 */
                q?: string;
                /** @description How many entries */
                limit?: number;
                /** @description Which are the newest: those that changed, or that were published */
                sort?: "modified" | "published";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/rss+xml": string;
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    feedAtom: {
        parameters: {
            query?: {
                /**
                 * @description Which CVEs, in the query language; without it all
                 * @example vendor:microsoft severity:(high,critical)
                 */
                q?: string;
                /** @description How many entries */
                limit?: number;
                /** @description Which are the newest: those that changed, or that were published */
                sort?: "modified" | "published";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/atom+xml": string;
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    feedJson: {
        parameters: {
            query?: {
                /**
                 * @description Which CVEs, in the query language; without it all
                 * @example vendor:microsoft severity:(high,critical)
                 */
                q?: string;
                /** @description How many entries */
                limit?: number;
                /** @description Which are the newest: those that changed, or that were published */
                sort?: "modified" | "published";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/feed+json": string;
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    feedExploited: {
        parameters: {
            query?: {
                /**
                 * @description Which CVEs, in the query language; without it all
                 * @example vendor:microsoft severity:(high,critical)
                 */
                q?: string;
                /** @description How many entries */
                limit?: number;
                /**
                 * @description The form; without it as Accept asks for, or RSS
                 * @example atom
                 */
                format?: "rss" | "atom" | "json";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/rss+xml": string;
                    "application/atom+xml": string;
                    "application/feed+json": string;
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    feedCritical: {
        parameters: {
            query?: {
                /**
                 * @description Which CVEs, in the query language; without it all
                 * @example vendor:microsoft severity:(high,critical)
                 */
                q?: string;
                /** @description How many entries */
                limit?: number;
                /**
                 * @description The form; without it as Accept asks for, or RSS
                 * @example atom
                 */
                format?: "rss" | "atom" | "json";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/rss+xml": string;
                    "application/atom+xml": string;
                    "application/feed+json": string;
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportVulnerabilities: {
        parameters: {
            query?: {
                /**
                 * @description Which CVEs, in the query language; without it all
                 * @example exploited:true severity:critical
                 */
                q?: string;
                /**
                 * @description csv: a table, safe to open in a spreadsheet; ndjson: one record a line, as GET /vulnerabilities/{cve} answers; `openthreat ingest` reads it; stix: a STIX 2.1 bundle of vulnerabilities, and of the attack patterns they were mapped to; csaf: one document in the form of CSAF 2.0
                 * @example csv
                 */
                format?: "csv" | "ndjson" | "stix" | "csaf";
                /** @description The order; by the ids is the quickest, and nothing moves in it while it is read */
                sort?: "cve" | "priority" | "cvss" | "epss" | "published" | "modified";
                /** @description At most so many; without it all */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv; charset=utf-8; header=present": string;
                    "application/x-ndjson": string;
                    "application/stix+json;version=2.1": string;
                    "application/json": string;
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    syncSource: {
        parameters: {
            query?: {
                /** @description Everything again, as if nothing had been fetched before */
                full?: boolean;
            };
            header?: never;
            path: {
                /** @example epss */
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {unknown} */
                        kind: "ingest" | "sync" | "rescore" | "retention";
                        /** @enum {unknown} */
                        state: "waiting" | "running" | "success" | "failed";
                        /** @description What was asked for; null is what this kind of task has no use for */
                        parameters: {
                            source: string | null;
                            full: boolean | null;
                            label: string | null;
                            format: string | null;
                            bytes: number | null;
                        };
                        progress: {
                            /** @enum {unknown} */
                            step: "waiting" | "reading" | "indexing" | "scoring";
                            /** @description Done so far */
                            records: number;
                            records_per_second: number | null;
                            bytes_read: number | null;
                            bytes_total: number | null;
                        } | null;
                        /** @description The runs that it began, with their counts so far */
                        runs: {
                            /** @description Its rejected records are at /runs/{id}/rejected */
                            id: number;
                            source: string;
                            /** @enum {unknown} */
                            status: "running" | "success" | "failed";
                            records_fetched: number;
                            records_inserted: number;
                            records_updated: number;
                            records_unchanged: number;
                            /** @description Rejected: they could not be used */
                            records_failed: number;
                            records_withdrawn: number;
                        }[];
                        result: {
                            changed: number | null;
                            /** @description The first 20 documents that could not be used */
                            failures: {
                                document: string;
                                reason: string;
                            }[];
                            seconds: number;
                        } | null;
                        error: string | null;
                        requested_by: string | null;
                        /**
                         * Format: date-time
                         * @description UTC
                         */
                        created_at: string;
                        started_at: string | null;
                        completed_at: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rescore: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {unknown} */
                        kind: "ingest" | "sync" | "rescore" | "retention";
                        /** @enum {unknown} */
                        state: "waiting" | "running" | "success" | "failed";
                        /** @description What was asked for; null is what this kind of task has no use for */
                        parameters: {
                            source: string | null;
                            full: boolean | null;
                            label: string | null;
                            format: string | null;
                            bytes: number | null;
                        };
                        progress: {
                            /** @enum {unknown} */
                            step: "waiting" | "reading" | "indexing" | "scoring";
                            /** @description Done so far */
                            records: number;
                            records_per_second: number | null;
                            bytes_read: number | null;
                            bytes_total: number | null;
                        } | null;
                        /** @description The runs that it began, with their counts so far */
                        runs: {
                            /** @description Its rejected records are at /runs/{id}/rejected */
                            id: number;
                            source: string;
                            /** @enum {unknown} */
                            status: "running" | "success" | "failed";
                            records_fetched: number;
                            records_inserted: number;
                            records_updated: number;
                            records_unchanged: number;
                            /** @description Rejected: they could not be used */
                            records_failed: number;
                            records_withdrawn: number;
                        }[];
                        result: {
                            changed: number | null;
                            /** @description The first 20 documents that could not be used */
                            failures: {
                                document: string;
                                reason: string;
                            }[];
                            seconds: number;
                        } | null;
                        error: string | null;
                        requested_by: string | null;
                        /**
                         * Format: date-time
                         * @description UTC
                         */
                        created_at: string;
                        started_at: string | null;
                        completed_at: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTasks: {
        parameters: {
            query?: {
                /** @description How many at most */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            /** @enum {unknown} */
                            kind: "ingest" | "sync" | "rescore" | "retention";
                            /** @enum {unknown} */
                            state: "waiting" | "running" | "success" | "failed";
                            /** @description What was asked for; null is what this kind of task has no use for */
                            parameters: {
                                source: string | null;
                                full: boolean | null;
                                label: string | null;
                                format: string | null;
                                bytes: number | null;
                            };
                            progress: {
                                /** @enum {unknown} */
                                step: "waiting" | "reading" | "indexing" | "scoring";
                                /** @description Done so far */
                                records: number;
                                records_per_second: number | null;
                                bytes_read: number | null;
                                bytes_total: number | null;
                            } | null;
                            /** @description The runs that it began, with their counts so far */
                            runs: {
                                /** @description Its rejected records are at /runs/{id}/rejected */
                                id: number;
                                source: string;
                                /** @enum {unknown} */
                                status: "running" | "success" | "failed";
                                records_fetched: number;
                                records_inserted: number;
                                records_updated: number;
                                records_unchanged: number;
                                /** @description Rejected: they could not be used */
                                records_failed: number;
                                records_withdrawn: number;
                            }[];
                            result: {
                                changed: number | null;
                                /** @description The first 20 documents that could not be used */
                                failures: {
                                    document: string;
                                    reason: string;
                                }[];
                                seconds: number;
                            } | null;
                            error: string | null;
                            requested_by: string | null;
                            /**
                             * Format: date-time
                             * @description UTC
                             */
                            created_at: string;
                            started_at: string | null;
                            completed_at: string | null;
                        }[];
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {unknown} */
                        kind: "ingest" | "sync" | "rescore" | "retention";
                        /** @enum {unknown} */
                        state: "waiting" | "running" | "success" | "failed";
                        /** @description What was asked for; null is what this kind of task has no use for */
                        parameters: {
                            source: string | null;
                            full: boolean | null;
                            label: string | null;
                            format: string | null;
                            bytes: number | null;
                        };
                        progress: {
                            /** @enum {unknown} */
                            step: "waiting" | "reading" | "indexing" | "scoring";
                            /** @description Done so far */
                            records: number;
                            records_per_second: number | null;
                            bytes_read: number | null;
                            bytes_total: number | null;
                        } | null;
                        /** @description The runs that it began, with their counts so far */
                        runs: {
                            /** @description Its rejected records are at /runs/{id}/rejected */
                            id: number;
                            source: string;
                            /** @enum {unknown} */
                            status: "running" | "success" | "failed";
                            records_fetched: number;
                            records_inserted: number;
                            records_updated: number;
                            records_unchanged: number;
                            /** @description Rejected: they could not be used */
                            records_failed: number;
                            records_withdrawn: number;
                        }[];
                        result: {
                            changed: number | null;
                            /** @description The first 20 documents that could not be used */
                            failures: {
                                document: string;
                                reason: string;
                            }[];
                            seconds: number;
                        } | null;
                        error: string | null;
                        requested_by: string | null;
                        /**
                         * Format: date-time
                         * @description UTC
                         */
                        created_at: string;
                        started_at: string | null;
                        completed_at: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events `progress`, and at last one `end`; the data of each is the task */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /**
                 * @description A day, a time, or so long before now: 12h, 7d
                 * @example 7d
                 */
                since?: string;
                /**
                 * @description A name, name@host, "key 3", or an address
                 * @example key 3
                 */
                who?: string;
                /**
                 * @description What was done; "keys" means all that is done with keys
                 * @example ingest
                 */
                action?: string;
                /** @description Only what failed or was refused */
                failed?: boolean;
                /** @description How many at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            /**
                             * Format: date-time
                             * @description UTC
                             */
                            at: string;
                            /**
                             * @description cli: a command; api: a request; task: what a request asked for; worker: a schedule
                             * @enum {unknown}
                             */
                            via: "cli" | "api" | "task" | "worker";
                            who: string | null;
                            key_id: number | null;
                            /** @description The machine on which the program ran */
                            host: string;
                            origin: string | null;
                            request_id: string | null;
                            /**
                             * @example ingest
                             * @example keys.create
                             */
                            action: string;
                            target: string | null;
                            /** @description How it was asked for, without secrets */
                            arguments: {
                                [key: string]: unknown;
                            };
                            /**
                             * @description started: it goes on, or was killed
                             * @enum {unknown}
                             */
                            state: "started" | "ok" | "failed" | "refused";
                            error_code: string | null;
                            message: string | null;
                            task_id: string | null;
                            run_ids: number[];
                            ended_at: string | null;
                            duration_seconds: number | null;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingest: {
        parameters: {
            query?: {
                /** @description What the runs are labelled with; of indicators in a plain list, the source */
                label?: string;
                /** @description What the document is, where its content leaves doubts */
                format?: "nvd" | "kev" | "eu_cve_search" | "cve5" | "euvd" | "deduplicated" | "attack" | "attack_mappings" | "capec" | "cwe" | "epss" | "urlhaus_online" | "urlhaus" | "threatfox" | "malware_bazaar" | "feodo_tracker" | "ipsum" | "misp" | "stix" | "indicator_csv" | "indicator_list";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The document */
        requestBody: {
            content: {
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {unknown} */
                        kind: "ingest" | "sync" | "rescore" | "retention";
                        /** @enum {unknown} */
                        state: "waiting" | "running" | "success" | "failed";
                        /** @description What was asked for; null is what this kind of task has no use for */
                        parameters: {
                            source: string | null;
                            full: boolean | null;
                            label: string | null;
                            format: string | null;
                            bytes: number | null;
                        };
                        progress: {
                            /** @enum {unknown} */
                            step: "waiting" | "reading" | "indexing" | "scoring";
                            /** @description Done so far */
                            records: number;
                            records_per_second: number | null;
                            bytes_read: number | null;
                            bytes_total: number | null;
                        } | null;
                        /** @description The runs that it began, with their counts so far */
                        runs: {
                            /** @description Its rejected records are at /runs/{id}/rejected */
                            id: number;
                            source: string;
                            /** @enum {unknown} */
                            status: "running" | "success" | "failed";
                            records_fetched: number;
                            records_inserted: number;
                            records_updated: number;
                            records_unchanged: number;
                            /** @description Rejected: they could not be used */
                            records_failed: number;
                            records_withdrawn: number;
                        }[];
                        result: {
                            changed: number | null;
                            /** @description The first 20 documents that could not be used */
                            failures: {
                                document: string;
                                reason: string;
                            }[];
                            seconds: number;
                        } | null;
                        error: string | null;
                        requested_by: string | null;
                        /**
                         * Format: date-time
                         * @description UTC
                         */
                        created_at: string;
                        started_at: string | null;
                        completed_at: string | null;
                    };
                };
            };
            /** @description A problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}

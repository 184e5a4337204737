# OpenThreat in a container: docker build --tag openthreat .
# It runs as a user without rights, on a root that may be read-only: data and backups are in volumes, and /tmp has to be writable. The version of the base is exact; whoever can ask the registry adds its digest (node:…@sha256:…).

FROM node:24.21.0-bookworm-slim AS base
WORKDIR /opt/openthreat
COPY package.json package-lock.json ./

# The program and the web app, compiled.
FROM base AS build
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY bin bin
COPY src src
COPY web web
RUN npm run build && npm run build:web

# What it needs to run. Without its script the package "node" brings no second Node.js.
FROM base AS dependencies
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title="OpenThreat" \
      org.opencontainers.image.description="Self-hosted threat-intelligence database" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    OPENTHREAT_DATA_DIR=/var/lib/openthreat \
    OPENTHREAT_BACKUP_DIR=/var/backups/openthreat
WORKDIR /opt/openthreat
COPY package.json LICENSE ./
COPY bin bin
COPY data-sample data-sample
COPY --from=dependencies /opt/openthreat/node_modules node_modules
COPY --from=build /opt/openthreat/dist dist
COPY --from=build /opt/openthreat/web/dist web/dist
RUN install --directory --mode=0700 --owner=1000 --group=1000 /var/lib/openthreat /var/backups/openthreat
USER 1000:1000
VOLUME /var/lib/openthreat /var/backups/openthreat
EXPOSE 8001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=15s --start-period=60s --start-interval=5s --retries=3 \
  CMD ["node", "bin/openthreat.js", "db", "health"]
ENTRYPOINT ["node", "bin/openthreat.js"]
CMD ["up"]

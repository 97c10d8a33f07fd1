# Neptun Share in a container: docker build --tag neptun-share .
# Data is in /data; settings are environment variables, see README.md.

FROM node:26-bookworm-slim AS build
WORKDIR /source
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm pack --pack-destination /package

FROM node:26-bookworm-slim
COPY --from=build /package/ /package/
RUN npm install --global /package/*.tgz && rm -r /package
# The image has a Node, and the one that the package brings is as large again.
RUN rm -rf /usr/local/lib/node_modules/neptun-share/node_modules/node-linux-*
RUN install --directory --owner=node --group=node --mode=700 /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATABASE_URL=file:/data/neptun.db
# glibc keeps what is freed, for each thread and up to megabytes at a time.
ENV MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072
USER node
WORKDIR /data
VOLUME /data
EXPOSE 3000
# A server that stops fails it first, and is still answering then.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["neptun-share"]
CMD ["serve"]

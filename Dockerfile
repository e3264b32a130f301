# Builds the bundle with the development tools, and ships nothing but the bundle.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY scripts scripts
COPY src src
COPY providers providers
# The sandbox is a cluster of its own.
COPY localstack localstack
RUN node scripts/build.ts

# The node proxy, by --target proxy: the same program, with what its data plane in the kernel is driven by. An nft as old as
# that of most hosts is wanted: what a newer one writes, an older one on the host cannot always read.
FROM node:24-slim AS proxy
WORKDIR /app
ENV NODE_ENV=production
RUN apt-get update && apt-get install -y --no-install-recommends nftables conntrack && rm -rf /var/lib/apt/lists/*
COPY package.json LICENSE ./
COPY --from=build /build/dist dist
EXPOSE 10256
ENTRYPOINT ["node", "dist/main.js"]
CMD ["node-proxy"]

# The controller.
FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
COPY package.json LICENSE ./
COPY --from=build /build/dist dist
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["node", "dist/main.js"]
CMD ["run"]

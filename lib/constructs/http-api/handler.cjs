// Becomes the function's inline code as it stands, so it is CommonJS and needs nothing beside it.

/** Says who answered, on which route, and which components it could reach; never where or with what. */
exports.handler = async (event) => ({
  statusCode: 200,
  headers: { "content-type": "application/json", "cache-control": "no-store" },
  body: JSON.stringify({
    service: process.env.SERVICE_NAME,
    route: event.routeKey,
    uses: (process.env.SERVICE_USES ?? "").split(",").filter(Boolean),
  }),
});

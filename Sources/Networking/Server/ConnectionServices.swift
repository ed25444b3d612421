import Logging

/// What all connections of one event loop share.
struct ConnectionServices: Sendable {
  let handler: any RequestHandler
  let limits: ServerLimits
  let onProtocolProblem: @Sendable (ProtocolProblem) -> ServerResponse
  let bodyBudget: BodyBudget
  let outbox: EventLoopOutbox
  let logger: Logger
}

import Logging

/// What all connections of one event loop share.
struct ConnectionServices: Sendable {
  let handler: any RequestHandler
  /// The same, where it takes bodies as they come.
  let streamingHandler: (any StreamingRequestHandler)?
  let limits: ServerLimits
  let onProtocolProblem: @Sendable (ProtocolProblem) -> ServerResponse
  let bodyBudget: BodyBudget
  let outbox: EventLoopOutbox
  let logger: Logger
}

import Foundations
import Resources
import Security

/// Makes the handlers of resources and their subresources, of what they have in common.
struct ResourceHandlers {
  let codec: RequestCodec
  let authorizer: any Authorizer
  let authenticators: [any TokenAuthenticator]
  let tokens: ServiceAccountTokens
  let nodes: Renewable<NodeConnections>
  let reader: CacheReader
  let catalog: ResourceCatalog
  let collections: [ResourceType: Collection]
  let usage: NodeSummaries
  let now: @Sendable () -> Timestamp

  func handler(_ definition: ResourceDefinition) -> any ResourceHandler {
    if definition.isComputed {
      return UsageHandler(summaries: usage, reader: reader)
    }
    return switch definition.plural {
    case "selfsubjectaccessreviews", "subjectaccessreviews", "localsubjectaccessreviews":
      AccessReviewHandler(codec: codec, authorizer: authorizer)
    case "selfsubjectrulesreviews": RulesReviewHandler(codec: codec, authorizer: authorizer)
    case "selfsubjectreviews": SelfReviewHandler()
    case "tokenreviews":
      TokenReviewHandler(
        codec: codec, authenticators: authenticators, audiences: tokens.audiences, now: now)
    default: CollectionHandler(codec: codec)
    }
  }

  func subresources(_ definition: ResourceDefinition) -> [String: any ResourceHandler] {
    let names = catalog.subresources.filter {
      $0.group == definition.group && $0.version == definition.version
        && $0.plural == definition.plural
    }.compactMap(\.subresource)
    var handlers: [String: any ResourceHandler] = [:]
    for name in names { handlers[name] = handler(ofSubresource: name, definition) }
    return handlers
  }

  private func handler(ofSubresource name: String, _ definition: ResourceDefinition)
    -> (any ResourceHandler)?
  {
    switch name {
    case "status", "finalize", "ephemeralcontainers", "resize", "approval":
      return PartHandler(name: name, collection: CollectionHandler(codec: codec))
    case "scale": return ScaleHandler(codec: codec)
    case "binding": return BindingHandler(codec: codec, now: now)
    case "eviction":
      return collections[.podDisruptionBudgets].map {
        EvictionHandler(
          codec: codec, now: now, budgets: $0, restriction: NodeRestriction(reader))
      }
    case "token":
      return TokenHandler(
        codec: codec, tokens: tokens, reader: reader, authorizer: authorizer, now: now)
    case "exec": return PodStreamHandler(kind: .exec, connections: nodes, reader: reader)
    case "attach": return PodStreamHandler(kind: .attach, connections: nodes, reader: reader)
    case "portforward":
      return PodStreamHandler(kind: .portForward, connections: nodes, reader: reader)
    case "proxy": return ProxyHandler(connections: nodes, reader: reader)
    case "log": return PodLogHandler(connections: nodes, reader: reader)
    default: return nil
    }
  }
}

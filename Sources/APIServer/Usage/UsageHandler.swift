import Foundations
import Networking
import Resources

/// `metrics.k8s.io`: what nodes and pods use, asked of the nodes' agents for each answer.
struct UsageHandler: ResourceHandler {
  let summaries: NodeSummaries
  let reader: CacheReader

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    guard call.verb == .get || call.verb == .list else { throw .wrongMethod }
    // What is not in the schema has no protobuf form; clients that prefer it take JSON as well.
    guard
      let media = MediaType.negotiate(
        accept: call.request.headers["accept"],
        isOffered: { $0.shape == .object && $0.encoding != .protobuf })
    else { throw .notAcceptable(offered: "application/json, application/yaml") }
    let objects = try selected(call)
    // Lives until the agents have answered, or their time is over.
    Task {
      do throws(APIError) {
        let answer = try await answer(call, objects)
        responder.send(answer, ofKind: call.served.kind, as: media.encoding)
      } catch {
        responder.send(error, for: call.request)
      }
    }
  }

  /// The nodes or pods that are asked for.
  private func selected(_ call: APICall) throws(APIError) -> [Document] {
    let all: [Document]
    if call.type == .nodeUsage {
      all = reader.objects(.nodes)
    } else {
      all = reader.objects(.pods, in: call.namespace).filter { $0[path: "spec", "nodeName"] != nil }
    }
    if let name = call.path.name { return all.filter { ObjectKey($0).name == name } }
    let labels: LabelSelector
    do throws(LabelSelector.ParsingError) {
      labels = try LabelSelector(parsing: call.query["labelSelector"] ?? "")
    } catch {
      throw .badRequest("unable to parse requirement: \(error)")
    }
    let fields: FieldSelector
    do throws(FieldSelector.ParsingError) {
      fields = try FieldSelector(parsing: call.query["fieldSelector"] ?? "")
    } catch {
      throw .badRequest("\(error)")
    }
    for field in fields.requirements.map(\.field)
    where field != "metadata.name" && field != "metadata.namespace" {
      throw .badRequest("field label not supported: \(field)")
    }
    return all.filter { object in
      let metadata = object["metadata"]
      return labels.matches(valueOf: { metadata?["labels"]?[$0]?.string })
        && fields.requirements.allSatisfy {
          $0.matches(metadata?[String($0.field.dropFirst("metadata.".count))]?.string ?? "")
        }
    }
  }

  private func answer(_ call: APICall, _ objects: [Document]) async throws(APIError) -> Document {
    let isNodes = call.type == .nodeUsage
    func node(of object: Document) -> String {
      isNodes ? ObjectKey(object).name : object[path: "spec", "nodeName"]?.string ?? ""
    }
    let names = Set(objects.map(node))
    let nodes = reader.objects(.nodes).filter { names.contains(ObjectKey($0).name) }
    let summaries = await summaries.summaries(of: nodes)
    let metrics = objects.compactMap { object in
      summaries[node(of: object)].flatMap {
        isNodes ? UsageMetrics.node(object, $0) : UsageMetrics.pod(object, $0)
      }
    }
    guard let name = call.path.name else {
      return [
        "kind": Document("\(call.type.kind)List"), "apiVersion": Document(call.type.apiVersion),
        "metadata": .emptyObject, "items": Document(metrics),
      ]
    }
    if let only = metrics.first { return only }
    let plural = isNodes ? "nodemetrics" : "podmetrics"
    throw .notFound(
      ResourceType(group: call.type.group, plural: plural, kind: call.type.kind),
      call.namespace.map { "\($0)/\(name)" } ?? name)
  }
}

import NIOCore
import Networking
import Resources

/// A body as the log shows it: JSON, whatever it was sent as.
struct AuditedBody {
  /// `nil` where the body is none of the API's encodings, or not well-formed.
  let document: Document?

  init(_ bytes: [UInt8], contentType: String) {
    let media = contentType.prefix { $0 != ";" }.lowercased()
    switch media {
    case "application/vnd.kubernetes.protobuf": document = Self.protobuf(bytes)
    case "application/yaml", "application/apply-patch+yaml": document = Self.yaml(bytes)
    case "", "application/json", "application/json-patch+json", "application/merge-patch+json",
      "application/strategic-merge-patch+json":
      document = Self.json(bytes)
    default: document = nil
    }
  }

  // What is not well-formed is for the handler to refuse; the log shows the refusal.

  private static func json(_ bytes: [UInt8]) -> Document? {
    do throws(JSONError) { return try Document(json: bytes) } catch { return nil }
  }

  private static func yaml(_ bytes: [UInt8]) -> Document? {
    do throws(DocumentError) { return try DocumentParser.parse(yaml: bytes) } catch { return nil }
  }

  private static func protobuf(_ bytes: [UInt8]) -> Document? {
    do throws(ProtobufError) { return try ProtobufCodec.builtin.decode(bytes, as: nil) } catch {
      return nil
    }
  }
}

extension ResponseBody {
  var allBytes: [UInt8] {
    switch self {
    case .empty: []
    case .bytes(let bytes): bytes
    case .chunks(let chunks): Array(chunks.joined())
    case .buffer(let buffer): Array(buffer.readableBytesView)
    case .source(let source): source.bytes
    }
  }
}

extension Document {
  /// The object, or each object of the list, without who owns its fields.
  var withoutManagedFields: Document {
    var result = self
    result["metadata"]?["managedFields"] = nil
    guard let items = result["items"], items.isArray else { return result }
    result["items"] = Document(
      items.elements.map { item in
        var item = item
        item["metadata"]?["managedFields"] = nil
        return item
      })
    return result
  }
}

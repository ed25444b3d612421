import Foundations
import Resources

/// A question to a conversion webhook: the same objects in another version. Pure.
/// Source: apiextensions/v1 ConversionReview; upstream's messages.
struct ConversionReview: Sendable {
  /// Versions of reviews that this server speaks.
  static let versions = ["v1", "v1beta1"]

  private let uid: String
  private let version: String
  private let desiredVersion: String
  private let objects: [Document]

  /// The answer cannot be taken.
  struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
    let description: String
  }

  /// - Parameters:
  ///   - version: of the review.
  ///   - desiredVersion: `GROUP/VERSION`.
  init(
    _ objects: [Document], to desiredVersion: String, version: String,
    uid: String = UID.random().description
  ) {
    self.uid = uid
    self.version = version
    self.desiredVersion = desiredVersion
    self.objects = objects
  }

  var document: Document {
    [
      "kind": "ConversionReview", "apiVersion": Document("apiextensions.k8s.io/\(version)"),
      "request": [
        "uid": Document(uid), "desiredAPIVersion": Document(desiredVersion),
        "objects": Document(objects),
      ],
    ]
  }

  // MARK: The answer

  /// The converted objects, in the order of the question. All but labels and annotations of their
  /// metadata is as it was.
  func converted(by answer: Document) throws(Problem) -> [Document] {
    guard let response = answer["response"], response.isObject else {
      throw Problem(description: "no response provided")
    }
    if version == "v1" { try check(answer, response) }
    let status = response[path: "result", "status"]?.string ?? ""
    guard status == "Success" else {
      let message = response[path: "result", "message"]?.string ?? ""
      throw Problem(
        description: message.isEmpty
          ? "response.result.status was '\(status)', not 'Success'" : message)
    }
    let found = (response["convertedObjects"] ?? .emptyArray).elements.map { $0 }
    guard found.count == objects.count else {
      throw Problem(description: "returned \(found.count) objects, expected \(objects.count)")
    }
    var converted: [Document] = []
    for (position, (object, result)) in zip(objects, found).enumerated() {
      do throws(Problem) {
        converted.append(try checked(result, of: object))
      } catch {
        throw Problem(
          description: "returned invalid converted object at index \(position): \(error)")
      }
    }
    return converted
  }

  private func check(_ answer: Document, _ response: Document) throws(Problem) {
    let apiVersion = answer["apiVersion"]?.string ?? ""
    let kind = answer["kind"]?.string ?? ""
    guard apiVersion == "apiextensions.k8s.io/v1", kind == "ConversionReview" else {
      throw Problem(
        description: "expected webhook response of apiextensions.k8s.io/v1, "
          + "Kind=ConversionReview, got \(apiVersion), Kind=\(kind)")
    }
    let found = response["uid"]?.string ?? ""
    guard found == uid else {
      throw Problem(description: "expected response.uid=\"\(uid)\", got \"\(found)\"")
    }
  }

  private func checked(_ result: Document, of object: Document) throws(Problem) -> Document {
    let apiVersion = result["apiVersion"]?.string ?? ""
    guard apiVersion == desiredVersion else {
      throw Problem(
        description: "invalid groupVersion (expected \(desiredVersion), received \(apiVersion))")
    }
    let (kind, wanted) = (result["kind"]?.string ?? "", object["kind"]?.string ?? "")
    guard kind == wanted else {
      throw Problem(description: "invalid kind (expected \(wanted), received \(kind))")
    }
    let old = object["metadata"] ?? .emptyObject
    guard let new = result["metadata"], new.isObject else {
      throw Problem(description: "missing metadata in converted object")
    }
    for (member, title) in [("name", "name"), ("namespace", "namespace"), ("uid", "UID")] {
      let (before, after) = (old[member]?.string ?? "", new[member]?.string ?? "")
      guard before == after else {
        throw Problem(description: "must have the same \(title): \(before) != \(after)")
      }
    }
    var metadata = old
    for member in ["labels", "annotations"] {
      metadata[member] = try Self.texts(new[member], member)
    }
    var converted = result
    converted["metadata"] = metadata
    return converted
  }

  /// Labels or annotations, which are all that a conversion may change of the metadata.
  private static func texts(_ map: Document?, _ member: String) throws(Problem) -> Document? {
    guard let map, !map.isNull else { return nil }
    guard map.isObject else {
      throw Problem(description: "invalid metadata.\(member) in converted object: it is no map")
    }
    for (key, value) in map.members {
      guard let text = value.string else {
        throw Problem(
          description: "metadata.\(member)[\(key)] must be a string in converted object")
      }
      var problems = ObjectName.problems(qualifiedName: key)
      if member == "labels" { problems += ObjectName.problems(labelValue: text) }
      if let first = problems.first {
        throw Problem(description: "metadata.\(member): Invalid value: \"\(key)\": \(first)")
      }
    }
    return map
  }
}

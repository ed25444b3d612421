import DequeModule
import Foundations
import Synchronization

/// Something worth telling about an object: it becomes an Event.
package struct ObjectEventNote: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case normal = "Normal"
    case warning = "Warning"
  }

  package let resource: ResourceType
  package let key: ObjectKey
  package let uid: String
  package let kind: Kind
  /// One word in CamelCase: `FailedScheduling`.
  package let reason: String
  package let message: String
  /// What was being done: `Binding`.
  package let action: String
  /// The part of the object it is about: `spec.containers{web}`.
  package let fieldPath: String

  package init(
    about resource: ResourceType, _ key: ObjectKey, uid: String, kind: Kind, reason: String,
    message: String, action: String = "", fieldPath: String = ""
  ) {
    self.resource = resource
    self.key = key
    self.uid = uid
    self.kind = kind
    self.reason = reason
    self.message = message
    self.action = action
    self.fieldPath = fieldPath
  }
}

/// Where components tell what happened. It must not block and must not fail.
package protocol EventSink: Sendable {
  func record(_ note: ObjectEventNote)
}

/// Writes notes as Events. The same note again counts up the Event it already has; notes beyond a
/// bound wait for nobody and are dropped, oldest first.
package final class EventRecorder: EventSink {
  private let client: any ClusterClient
  private let component: String
  private let host: String
  private let state = Mutex(State())
  private let signal = AsyncSignal()

  private struct State {
    var waiting = Deque<ObjectEventNote>()
    var known: [Identity: Known] = [:]
  }

  private struct Identity: Hashable {
    let resource: ResourceType
    let key: ObjectKey
    let uid: String
    let reason: String
    let message: String
    let fieldPath: String
  }

  private struct Known {
    var name: String
    var count: Int
    var first: String
  }

  /// Notes that wait to be written.
  private static let waitingMax = 4096
  /// Events that are counted up instead of written anew.
  private static let knownMax = 4096

  /// - Parameters:
  ///   - component: who tells: `kubelet`, `default-scheduler`.
  ///   - host: the node it runs on; empty for the control plane.
  package init(client: any ClusterClient, component: String, host: String = "") {
    self.client = client
    self.component = component
    self.host = host
  }

  package func record(_ note: ObjectEventNote) {
    state.withLock { state in
      if state.waiting.count >= Self.waitingMax { state.waiting.removeFirst() }
      state.waiting.append(note)
    }
    signal.wake()
  }

  /// Writes until the task is cancelled.
  package func run() async {
    while !Task.isCancelled {
      let notes = state.withLock { state in
        defer { state.waiting = [] }
        return state.waiting
      }
      for note in notes { await write(note) }
      if notes.isEmpty { await signal.wait() }
    }
  }

  private func write(_ note: ObjectEventNote) async {
    let identity = Identity(
      resource: note.resource, key: note.key, uid: note.uid, reason: note.reason,
      message: note.message, fieldPath: note.fieldPath)
    let now = Timestamp.now().description
    let namespace = note.key.namespace.isEmpty ? "default" : note.key.namespace
    if var known = state.withLock({ $0.known[identity] }) {
      known.count += 1
      state.withLock { $0.known[identity] = known }
      let patch: Document = ["count": Document(known.count), "lastTimestamp": Document(now)]
      do {
        _ = try await client.patch(
          .events, namespace: namespace, name: known.name, Patch(.merge, patch))
        return
      } catch {
        // The Event has expired: it is written anew.
        state.withLock { $0.known[identity] = nil }
      }
    }
    let name = "\(note.key.name).\(UID.random().description.prefix(16).filter { $0 != "-" })"
    do {
      _ = try await client.create(.events, namespace: namespace, event(note, name, namespace, now))
      state.withLock { state in
        if state.known.count >= Self.knownMax { state.known.removeAll() }
        state.known[identity] = Known(name: name, count: 1, first: now)
      }
    } catch {
      // An event tells of something; that it cannot be told must not disturb what it tells of. The
      // usual cause is a namespace on its way out.
    }
  }

  private func event(_ note: ObjectEventNote, _ name: String, _ namespace: String, _ now: String)
    -> Document
  {
    var involved: Document = [
      "kind": Document(note.resource.kind), "name": Document(note.key.name),
      "uid": Document(note.uid), "apiVersion": Document(note.resource.apiVersion),
    ]
    if !note.key.namespace.isEmpty { involved["namespace"] = Document(note.key.namespace) }
    if !note.fieldPath.isEmpty { involved["fieldPath"] = Document(note.fieldPath) }
    var source: Document = ["component": Document(component)]
    if !host.isEmpty { source["host"] = Document(host) }
    return [
      "kind": "Event", "apiVersion": "v1",
      "metadata": ["name": Document(name), "namespace": Document(namespace)],
      "involvedObject": involved, "reason": Document(note.reason),
      "message": Document(note.message), "source": source, "firstTimestamp": Document(now),
      "lastTimestamp": Document(now), "count": 1, "type": Document(note.kind.rawValue),
      "reportingComponent": Document(component), "reportingInstance": Document(host),
    ]
  }
}

"""Graph v1.0: the calls on subscriptions."""

from flask import Blueprint, Response, g, jsonify, request

from app.demo.microsoft.subscriptions import Subscriptions


def add_subscription_calls(graph: Blueprint, subscriptions: Subscriptions) -> None:
    """Register the calls on subscriptions."""

    @graph.post("/subscriptions")
    def subscribe() -> tuple[Response, int]:
        return jsonify(subscriptions.create(g.caller, request.get_json()).to_json()), 201

    @graph.get("/subscriptions/<subscription_id>")
    def read_subscription(subscription_id: str) -> Response:
        return jsonify(subscriptions.find(g.caller, subscription_id).to_json())

    @graph.patch("/subscriptions/<subscription_id>")
    def extend_subscription(subscription_id: str) -> Response:
        return jsonify(subscriptions.extend(g.caller, subscription_id, request.get_json()).to_json())

    @graph.delete("/subscriptions/<subscription_id>")
    def unsubscribe(subscription_id: str) -> tuple[str, int]:
        subscriptions.remove(g.caller, subscription_id)
        return "", 204

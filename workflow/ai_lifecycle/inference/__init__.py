"""Energy of inference: per token, per request, per image and video, and what binds a facility."""

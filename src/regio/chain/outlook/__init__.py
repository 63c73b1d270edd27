"""What may come: curves of diffusion with their hold-out errors."""

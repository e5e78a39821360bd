"""The Evaluate page: an exam with its matrix, its pictures, its numbers and what they mean."""

"""The on-call rota: who is called first at a given moment, whatever role they hold."""
